// The place in the report is in the address, so that it can be sent: #view=findings&severity=high, #role=ARN.

function readState() {
  const state = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (state.view === undefined)
    state.view = ["role", "principal"].some((key) => key in state)
      ? "node"
      : "finding" in state
        ? "findings"
        : "from" in state
          ? "accounts"
          : "overview";
  return state;
}

function hrefOf(state) {
  const kept = Object.entries(state).filter(([key, value]) => value !== undefined && value !== "" && !(key === "view" && value === "node"));
  return `#${new URLSearchParams(kept)}`;
}

// Changes some of the place; replace: "back" does not come back here.
function go(changes, replace = false) {
  const address = hrefOf({ ...readState(), ...changes });
  if (address === location.hash) return;
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(null, "", address);
}
