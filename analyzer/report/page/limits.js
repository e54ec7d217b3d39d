// Limits: what is missing, how to read an answer, and what is not evaluated.

function limitsView() {
  const term = (word, meaning) => [make("dt", {}, word), make("dd", {}, meaning)];
  return [
    head("Limits", "What the answers rest on, and how to read them"),
    leftOutElement(),
    make(
      "div",
      { class: "limits" },
      make("h2", {}, "Missing from the export"),
      data.gaps.length === 0 ? make("p", { class: "second" }, "Nothing that an answer depends on.") : make("ul", { class: "gap-list" }, data.gaps.map((gap) => make("li", {}, sentence(gap)))),
      make("h2", {}, "How to read an answer"),
      make(
        "dl",
        {},
        term("Allowed", "Can assume the role whatever the circumstances: the trust policy and the caller's own policies allow it, and no SCP, RCP, permissions boundary or deny stands in the way."),
        term("Conditional (“if”)", "Can assume the role exactly when the condition holds: MFA, a network, an external ID, a token's subject. The caller can choose some of these values, others not. Facts that are not in the export are conditions, too."),
        term("Denied", "Does not appear here. rolechain explain CALLER ROLE says which layer denies it."),
        term("Through other roles", "One role after the other; each step is possible by itself. For roles that few can become, rolechain has checked that the conditions of all steps can hold together; for others a range is given: from those that surely can to those that may."),
        term("Administrator", "Can give itself any permission in its account, by its policies or by changing IAM. Decided by evaluation, not by the name of a policy."),
        term("Outside", "Who is no user or role of an exported account: other accounts, identity providers, services, anyone."),
      ),
      make("h2", {}, "Not evaluated"),
      make(
        "ul",
        {},
        make("li", {}, "Session policies that a caller passes with the call: they can only take away."),
        make("li", {}, "Whether somebody outside really has the permission to call: outside accounts are assumed to allow it."),
        make("li", {}, "Ways that need no sts:AssumeRole, such as passing a role to a service, apart from what findings and administrators say; rolechain who-can --control follows them."),
        make("li", {}, "What changed since the export."),
      ),
      make("p", { class: "third" }, `rolechain ${data.about.version}. This file is complete in itself; nothing on it is sent anywhere.`),
    ),
  ];
}
