/* A question before a product is shown: what will it be? */
class Prediction {
    constructor(player) {
        this.player = player;
        this.field = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": "the product", placeholder: "?" });
        this.verdict = make("span", { class: "verdict", role: "status" });
        this.element = make("form", { class: "prediction", onsubmit: (event) => (event.preventDefault(), this.#check()) },
            this.field, " ",
            make("button", { type: "submit" }, "check"), " ",
            make("button", { type: "button", onclick: () => player.next() }, "show"), " ",
            this.verdict);
    }

    ask() {
        this.field.value = "";
        this.verdict.textContent = "";
        this.field.focus({ preventScroll: true });
    }

    #check() {
        const answer = readNumber(this.field.value);
        if (answer === null) {
            this.verdict.textContent = "write a number, as 0.5 or 1/2";
            return;
        }
        const error = this.#error(answer);
        if (error) this.verdict.textContent = error;
        else {
            this.player.reveal();
            this.player.controls.buttons.next.focus();
        }
    }

    /* What went wrong; "" where nothing did. */
    #error(answer) {
        const { film, at, moment } = this.player;
        const { upstream, local, contribution } = film.numbers[at];
        if (isNear(answer, contribution)) return "";
        const [other] = film.partials[moment.source].filter((_, k) => k !== moment.position);
        const errors = [
            [-contribution, "the sign is wrong"],
            [local, "that is the local derivative alone: the upstream gradient is forgotten"],
            [upstream, "that is the upstream gradient alone: the local derivative is forgotten"],
            [upstream * other, "that uses the derivative by the other operand"],
            [upstream + local, "the two are multiplied, not added"],
        ];
        return errors.find(([wrong]) => isNear(answer, wrong))?.[1] ?? "not yet: multiply upstream by local";
    }
}

/* Whether two numbers are the same to about three digits. */
function isNear(x, y) {
    return Object.is(x, y) || x === y || Math.abs(x - y) <= 5e-3 * Math.max(Math.abs(y), 1e-6);
}
