// Words: numbers, plurals, dates, and names of any content as text that can be shown.

const number = (value) => value.toLocaleString("en-US");
const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

// 1st, 2nd, 3rd, 11th
const ordinal = (count) => `${count}${(count % 100) - (count % 10) === 10 ? "th" : (["th", "st", "nd", "rd"][count % 10] ?? "th")}`;

// What moves, hides or turns text becomes visible: controls, line breaks, directions, widths of nothing.
const treacherous =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\ufff9-\ufffb]/g;
const printable = (text) =>
  text.replace(treacherous, (character) => `\\u{${character.charCodeAt(0).toString(16).toUpperCase()}}`);

// Of at most so many characters, cut in the middle.
function short(text, most = 400) {
  const shown = printable(text);
  return shown.length <= most ? shown : `${shown.slice(0, most / 2)}…${shown.slice(-most / 4)}`;
}

const months = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
function day(text) {
  const [year, month, date] = text.slice(0, 10).split("-").map(Number);
  return months[month - 1] === undefined ? printable(text) : `${date} ${months[month - 1]} ${year}`;
}

const shortDay = (text) => day(text).replace(/(\s\w{3})\w*(\s\d{4})$/, "$1$2");

const sentence = (text) => {
  const shown = printable(text);
  return `${shown.slice(0, 1).toUpperCase()}${shown.slice(1)}${/[.!?]$/.test(shown) ? "" : "."}`;
};

const severities = ["info", "low", "medium", "high", "critical"];
const whoGetsIn = {
  anyone: "anyone on AWS",
  outsiders: "outsiders",
  many: "many of your own",
  few: "few of your own",
  nobody: "nobody today",
};
