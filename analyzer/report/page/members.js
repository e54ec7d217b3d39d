// A box of a picture leads to the list of its members: the address names each by eight letters, as
// analyzer/picture/report_link.c makes them, so that it stays short and fits any report of the same exports.

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const fourLetters = (hash) => [18, 12, 6, 0].map((shift) => letters[(hash >>> shift) & 63]).join("");

function memberCode(key) {
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (const byte of new TextEncoder().encode(key)) {
    one = Math.imul(one ^ byte, 0x01000193);
    other = Math.imul(other ^ byte, 0x85ebca6b);
  }
  return fourLetters(one ^ (one >>> 16)) + fourLetters(other ^ (other >>> 16));
}

let memberCodes;
const codeOf = (node) => {
  memberCodes ??= Array.from({ length: nodeCount }, (_, each) => memberCode(nodeKey(each)));
  return memberCodes[node];
};

// Whether the node is a member of the box that the address tells; without one each is.
function passesMembers(state) {
  if (!state.members) return () => true;
  const wanted = new Set(state.members.match(/.{8}/g));
  return (node) => wanted.has(codeOf(node));
}

function membersNote(state) {
  if (!state.members) return null;
  const { count, here } = countMembers(state);
  const missing = here < count ? ` This report has ${number(here)} of them.` : "";
  return make(
    "p",
    { class: "members" },
    `Only the ${number(count)} members of the box “${short(state.box ?? "", 80)}” of a picture.${missing} `,
    make("a", { href: hrefOf({ ...state, members: undefined, box: undefined }) }, "Show all"),
  );
}

function countMembers(state) {
  const passes = passesMembers(state);
  let here = 0;
  for (let node = 0; node < nodeCount; node++) here += passes(node);
  return { count: Math.floor(state.members.length / 8), here };
}
