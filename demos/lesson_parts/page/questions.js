/* Questions: a word, a number, or a choice; each answer is answered. The page's HTML holds
   questions, replies and answers; this makes them work. */

function questions() {
    const asked = all(document, ".quiz");
    const solved = new Set();
    for (const question of asked) {
        const solve = () => {
            solved.add(question);
            question.classList.add("solved");
            say(document, "solved", String(solved.size));
        };
        (question.querySelector(".picks") ? choices : answers)(question, solve);
    }
    say(document, "asked", String(asked.filter((q) => !q.matches(".ungraded")).length));
}

function reply(question, item, solve) {
    const status = question.querySelector(".reply");
    const kind = item.dataset.is;
    const sign = { right: DATA.signs.right, wrong: DATA.signs.wrong }[kind];
    status.replaceChildren(
        ...(sign ? [make("b", { class: "mark" }, sign)] : []),
        ...[...item.querySelector(".says").childNodes].map((node) => node.cloneNode(true)),
    );
    status.className = `reply ${kind}`;
    if (kind === "right") solve();
}

function choices(question, solve) {
    const list = question.querySelector(".picks");
    for (const item of all(list, "li")) {
        const button = make("button", { type: "button", "aria-pressed": "false" });
        button.append(...item.querySelector(".pick").childNodes);
        item.querySelector(".pick").replaceWith(button);
        button.addEventListener("click", () => {
            for (const other of all(list, "button")) other.setAttribute("aria-pressed", other === button);
            for (const other of all(list, "li")) other.classList.remove("taken");
            item.classList.add("taken");
            reply(question, item, solve);
        });
    }
}

/* The reply to a text: the first whose words, or number, it is; else the last. */
function answers(question, solve) {
    const form = question.querySelector("form"), items = all(question, ".replies li");
    const input = form.querySelector("input");
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const text = input.value.trim().toLowerCase();
        if (!text) return input.focus();
        const item = items.find((one) => fits(one, text)) ?? items.at(-1);
        reply(question, item, solve);
    });
}

function fits(item, text) {
    const { words, number } = item.dataset;
    if (words) {
        const known = words.split(" ");
        return text.split(/[^\p{L}]+/u).some((word) => known.includes(word));
    }
    if (number === undefined) return false;
    text = text.replace(",", "."); // a decimal comma
    const given = readNumber(text), meant = Number(number);
    if (given === null) return false;
    const off = Math.abs(given - meant);
    // from shown digits, which are few; or rounded, to two digits or more
    const [, digits = "", decimals = ""] = /^\D*0*([\d]*)\.?(\d*)$/.exec(text) ?? [];
    const significant = (digits + decimals).replace(/^0+/, "").length;
    return off <= 0.006 * Math.abs(meant) || (significant >= 2 && off <= 0.5 * 10 ** -decimals.length);
}
