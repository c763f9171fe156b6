/* An exercise: a question at a time, answered by a number or a formula, by one of the
   answers offered, or by an order; what is wrong with an answer is said at once. */
class Exercise {
    constructor(element) {
        this.data = JSON.parse(
            element.querySelector("script[type='application/json']").textContent,
        );
        this.data.primitives = element.program?.primitives;
        const { questions, result } = this.data,
            count = questions.length;
        // of each question: whether its first answer was right, and whether one was
        this.states = questions.map(() => ({ first: undefined, solved: false }));
        this.score = make("span", { class: "score", role: "status" });
        this.numbers = questions.map((_, k) =>
            make("button", { type: "button", onclick: () => this.go(k) }, String(k + 1)),
        );
        this.body = make("div", { class: "question" });
        element.append(
            make(
                "div",
                { class: "head" },
                make("h3", {}, `${count} question${count > 1 ? "s" : ""} about ${result}`),
                this.score,
            ),
            make(
                "div",
                { class: "numbers", role: "group", "aria-label": "questions" },
                this.numbers,
            ),
            this.body,
        );
        this.go(0);
    }

    get question() {
        return this.data.questions[this.at];
    }

    go(at, withFocus = false) {
        this.at = at;
        const { question } = this,
            { waits, hints = [], given = [] } = question;
        this.verdict = make("p", { class: "verdict", role: "status" });
        this.hints = make("ul", { class: "hints" });
        this.input = waits ? new Ordering(question.listed) : undefined;
        const hint = make("button", { type: "button", onclick: () => this.#hint(hint) }, "hint");
        hint.disabled = hints.length === 0;
        this.nextButton = make(
            "button",
            { type: "button", class: "forward", onclick: () => this.go(at + 1, true) },
            "next question",
        );
        this.nextButton.disabled = at + 1 === this.data.questions.length;
        const buttons = [
            hint,
            make("button", { type: "button", onclick: () => this.#show() }, "show the answer"),
            this.nextButton,
        ];
        const prompt = make(
            "p",
            { class: "prompt", tabindex: "-1" },
            `${at + 1}. ${question.prompt}`,
        );
        this.body.replaceChildren(
            prompt,
            ...(given.length > 0
                ? [make("p", { class: "given" }, `given: ${given.join(", ")}`)]
                : []),
            ...(waits ? this.#order() : this.#fields()),
            this.verdict,
            this.hints,
            make("div", { class: "actions" }, buttons),
        );
        if (withFocus) prompt.focus();
        this.#tell();
    }

    /* The blank to be filled in, and the answers offered. */
    #fields() {
        const { question } = this,
            parts = [];
        if (!question.ready) {
            const field = make("input", {
                type: "text",
                autocomplete: "off",
                autocapitalize: "off",
                spellcheck: "false",
                placeholder: "number or formula",
            });
            const answer = (event) => {
                event.preventDefault();
                if (field.value.trim()) this.#judge(judgeNumber(question, field.value, this.data));
            };
            parts.push(
                make(
                    "form",
                    { onsubmit: answer },
                    make("label", {}, make("span", {}, question.blank.replace(/_+$/, "")), field),
                    " ",
                    make("button", { type: "submit" }, "check"),
                ),
            );
        }
        const choices = question.choices.map((text) => {
            const choice = make(
                "button",
                {
                    type: "button",
                    onclick: () => {
                        const verdict = judgeChoice(question, text);
                        choice.classList.add(verdict.correct ? "right" : "wrong");
                        choice.disabled = !verdict.correct;
                        this.#judge(verdict);
                    },
                },
                text,
            );
            return choice;
        });
        const name = question.ready ? "answers" : "or choose";
        parts.push(
            make(
                "div",
                { class: "choices", role: "group", "aria-label": name },
                make("span", {}, `${name} `),
                choices,
            ),
        );
        return parts;
    }

    #order() {
        const check = () => this.#judge(judgeOrder(this.question, this.input.names, this.data));
        return [
            this.input.element,
            make("p", {}, make("button", { type: "button", onclick: check }, "check")),
        ];
    }

    #judge({ correct, understood, message }) {
        const state = this.states[this.at];
        if (understood) {
            state.first ??= correct;
            state.solved ||= correct;
        }
        this.verdict.className = `verdict ${correct ? "right" : "wrong"}`;
        this.verdict.textContent = message;
        this.#tell();
    }

    #hint(button) {
        const { hints } = this.question,
            count = this.hints.childElementCount;
        this.hints.append(make("li", {}, hints[count]));
        button.disabled = count + 1 === hints.length;
    }

    #show() {
        this.states[this.at].first ??= false;
        this.verdict.className = "verdict";
        this.verdict.textContent = `The answer: ${this.question.solution}`;
        this.#tell();
    }

    #tell() {
        this.numbers.forEach((button, k) => {
            const { first, solved } = this.states[k];
            const told = solved
                ? first
                    ? "right"
                    : "right at last"
                : first === false
                  ? "not yet"
                  : "open";
            button.className = told.replaceAll(" ", "-");
            button.setAttribute("aria-label", `question ${k + 1}: ${told}`);
            if (k === this.at) button.setAttribute("aria-current", "step");
            else button.removeAttribute("aria-current");
        });
        const answered = this.states.filter(({ first }) => first !== undefined);
        const count = answered.filter(({ first }) => first).length;
        this.score.textContent =
            answered.length > 0 ? `${count} of ${answered.length} right at the first try` : "";
        this.nextButton.classList.toggle("ready", this.states[this.at].solved);
    }
}

/* Names to be put in order: drawn with the mouse or a finger, or moved by buttons. */
class Ordering {
    constructor(names) {
        this.said = make("span", { class: "status", role: "status" });
        this.list = make(
            "ol",
            { class: "order" },
            names.map((name) => this.#item(name)),
        );
        this.element = make("div", {}, this.list, this.said);
    }

    get items() {
        return [...this.list.children];
    }

    get names() {
        return this.items.map((item) => item.querySelector(".name").textContent);
    }

    #item(name) {
        const button = (told, path, by) =>
            make(
                "button",
                {
                    type: "button",
                    "aria-label": `${name} ${told}`,
                    onclick: () => this.#move(item, by),
                },
                icon(path),
            );
        const grip = make(
            "span",
            { class: "grip", "aria-hidden": "true" },
            icon("M3 5h10v1.6H3zM3 9.4h10V11H3z"),
        );
        const item = make(
            "li",
            {},
            grip,
            make("span", { class: "name" }, name),
            button("up", "M8 4l5 7H3z", -1),
            button("down", "M8 12L3 5h10z", 1),
        );
        item.addEventListener("pointerdown", (event) => this.#drag(event, item));
        return item;
    }

    #move(item, by) {
        const focused = document.activeElement,
            other = this.items[this.items.indexOf(item) + by];
        if (!other) return;
        if (by < 0) other.before(item);
        else other.after(item);
        focused.focus();
        const name = item.querySelector(".name").textContent;
        this.said.textContent = `${name} is number ${this.items.indexOf(item) + 1} of ${this.items.length}`;
    }

    #drag(event, item) {
        if (event.button !== 0 || event.target.closest("button")) return;
        // a finger draws by the grip, and scrolls the page elsewhere
        if (event.pointerType === "touch" && !event.target.closest(".grip")) return;
        event.preventDefault();
        item.setPointerCapture(event.pointerId);
        item.classList.add("drawn");
        item.onpointermove = ({ clientY }) => {
            // the others are moved: what is drawn would be let go of
            const middle = (other) =>
                (({ top, height }) => top + height / 2)(other.getBoundingClientRect());
            let other;
            while ((other = item.previousElementSibling) && clientY < middle(other))
                item.after(other);
            while ((other = item.nextElementSibling) && clientY > middle(other)) item.before(other);
        };
        item.onpointerup = item.onpointercancel = () => {
            item.onpointermove = null;
            item.classList.remove("drawn");
        };
    }
}
