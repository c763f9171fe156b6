/* An exercise: a question at a time, answered by a number or a formula, by one of the
   answers offered, or by an order; what is wrong with an answer is said at once. */
class Exercise {
    constructor(element) {
        this.data = JSON.parse(
            element.querySelector("script[type='application/json']").textContent,
        );
        this.data.primitives = element.program?.primitives;
        const { questions, result } = this.data;
        const title = `${questions.length} question${questions.length > 1 ? "s" : ""} about ${result}`;
        // of each question: whether its first answer was right, and whether one was
        this.states = questions.map(() => ({ first: undefined, solved: false }));
        this.score = make("span.score", { role: "status" });
        this.numbers = questions.map((_, k) => button("", () => this.go(k), k + 1));
        this.body = make("div.question");
        element.append(
            make("div.head", make("h3", title), this.score),
            make("div.numbers", { role: "group", "aria-label": "questions" }, this.numbers),
            this.body,
        );
        this.go(0);
    }

    get question() {
        return this.data.questions[this.at];
    }

    go(at, withFocus = false) {
        this.at = at;
        const { prompt, waits, hints, given } = this.question;
        const asked = make("p.prompt", { tabindex: "-1" }, `${at + 1}. ${prompt}`);
        const hint = button("", () => this.#hint(hint), "hint");
        hint.disabled = hints.length === 0;
        this.nextButton = button(".forward", () => this.go(at + 1, true), "next question");
        this.nextButton.disabled = at + 1 === this.data.questions.length;
        this.verdict = make("p.verdict", { role: "status" });
        this.hints = make("ul.hints");
        this.body.replaceChildren(
            asked,
            given.length > 0 ? make("p.given", `given: ${given.join(", ")}`) : "",
            ...(waits ? this.#order() : [this.#form(), this.#choices()]),
            this.verdict,
            this.hints,
            make(
                "div.actions",
                hint,
                button("", () => this.#show(), "show the answer"),
                this.nextButton,
            ),
        );
        if (withFocus) asked.focus();
        this.#tell();
    }

    /* The blank to be filled in; a question for a name has none. */
    #form() {
        const { question } = this;
        if (question.ready) return "";
        const field = make("input", ANSWER, { placeholder: "number or formula" });
        const onsubmit = (event) => {
            event.preventDefault();
            if (field.value.trim()) this.#judge(judgeNumber(question, field.value, this.data));
        };
        return make(
            "form",
            { onsubmit },
            make("label", make("span", question.blank.replace(/_+$/, "")), field),
            " ",
            make("button", { type: "submit" }, "check"),
        );
    }

    #choices() {
        const { question } = this;
        const choices = question.choices.map((text) => {
            const choice = button(
                "",
                () => {
                    const verdict = judgeChoice(question, text);
                    choice.classList.add(verdict.correct ? "right" : "wrong");
                    choice.disabled = !verdict.correct;
                    this.#judge(verdict);
                },
                text,
            );
            return choice;
        });
        const name = question.ready ? "choose" : "or choose";
        return make("div.choices", { role: "group", "aria-label": name }, `${name} `, choices);
    }

    #order() {
        const ordering = new Ordering(this.question.listed);
        const check = () => this.#judge(judgeOrder(this.question, ordering.names, this.data));
        return [ordering.element, make("p", button("", check, "check"))];
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
        const { hints } = this.question;
        const count = this.hints.childElementCount;
        this.hints.append(make("li", hints[count]));
        button.disabled = count + 1 === hints.length;
    }

    #show() {
        this.states[this.at].first ??= false;
        this.verdict.className = "verdict";
        this.verdict.textContent = `The answer: ${this.question.solution}`;
        this.#tell();
    }

    #standing({ first, solved }) {
        if (solved) return first ? "right" : "right at last";
        return first === false ? "not yet" : "open";
    }

    #tell() {
        this.numbers.forEach((button, k) => {
            const told = this.#standing(this.states[k]);
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
        this.said = make("span.status", { role: "status" });
        this.list = make(
            "ol.order",
            names.map((name) => this.#item(name)),
        );
        this.element = make("div", this.list, this.said);
    }

    get items() {
        return [...this.list.children];
    }

    get names() {
        return this.items.map((item) => item.querySelector(".name").textContent);
    }

    #item(name) {
        const mover = (way, path, by) =>
            button("", () => this.#move(item, by), { "aria-label": `${name} ${way}` }, icon(path));
        const item = make(
            "li",
            make("span.grip", { "aria-hidden": "true" }, icon("M3 5h10v1.6H3zM3 9.4h10V11H3z")),
            make("span.name", name),
            mover("up", "M8 4l5 7H3z", -1),
            mover("down", "M8 12L3 5h10z", 1),
        );
        const release = () => {
            item.onpointermove = null;
            item.classList.remove("drawn");
        };
        item.addEventListener("pointerdown", (event) => this.#drag(event, item));
        item.addEventListener("pointerup", release);
        item.addEventListener("pointercancel", release);
        return item;
    }

    #move(item, by) {
        const { activeElement } = document;
        const other = this.items[this.items.indexOf(item) + by];
        if (!other) return;
        if (by < 0) other.before(item);
        else other.after(item);
        activeElement.focus();
        const name = item.querySelector(".name").textContent;
        const place = this.items.indexOf(item) + 1;
        this.said.textContent = `${name} is number ${place} of ${this.items.length}`;
    }

    #drag(event, item) {
        if (event.button !== 0 || event.target.closest("button")) return;
        // a finger draws by the grip, and scrolls the page elsewhere
        if (event.pointerType === "touch" && !event.target.closest(".grip")) return;
        event.preventDefault();
        item.setPointerCapture(event.pointerId);
        item.classList.add("drawn");
        const middle = (other) => {
            const { top, height } = other.getBoundingClientRect();
            return top + height / 2;
        };
        item.onpointermove = ({ clientY }) => {
            // the others are moved: what is drawn would be let go of
            let other;
            while ((other = item.previousElementSibling) && clientY < middle(other))
                item.after(other);
            while ((other = item.nextElementSibling) && clientY > middle(other)) item.before(other);
        };
    }
}
