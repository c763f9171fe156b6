/* A question before a product is shown: what will it be? An answer is judged at the
   present numbers; those that are offered hold for the recorded ones. */
class Prediction {
    constructor(player) {
        this.player = player;
        this.field = make("input", ANSWER, { "aria-label": "the product", placeholder: "?" });
        this.choices = make("span.choices", { role: "group", "aria-label": "answers" });
        this.verdict = make("span.verdict", { role: "status" });
        const onsubmit = (event) => {
            event.preventDefault();
            this.#check();
        };
        this.element = make(
            "form.prediction",
            { onsubmit },
            this.field,
            make("button", { type: "submit" }, "check"),
            button("", () => player.next(), "show"),
            this.choices,
            this.verdict,
        );
    }

    ask() {
        const { film, moment } = this.player;
        const question = film.isChanged ? undefined : film.data.predictions[moment.step - 1];
        this.field.value = "";
        this.verdict.textContent = "";
        this.choices.replaceChildren(
            ...(question?.choices ?? []).map((text) => {
                const choice = button(
                    "",
                    () => {
                        choice.disabled = true;
                        this.#judge(judgeChoice(question, text));
                    },
                    text,
                );
                return choice;
            }),
        );
        this.field.focus({ preventScroll: true });
    }

    show() {
        if (this.player.film.isChanged) this.choices.replaceChildren();
    }

    #judge({ correct, message }) {
        this.verdict.textContent = message;
        if (!correct) return;
        this.player.reveal();
        this.player.controls.buttons.next.focus();
    }

    #check() {
        const { film } = this.player;
        const names = film.variables.map(({ name }) => name);
        try {
            const read = readFormula(this.field.value, names, film.program?.primitives);
            this.#judge(this.#verdict(read(film.primals)));
        } catch (error) {
            if (!(error instanceof FormulaError)) throw error;
            this.#judge(unread(`Not a number or a formula: ${error.message}.`));
        }
    }

    #verdict(answer) {
        const { film, at, moment } = this.player;
        const { errors } = film.data;
        const { upstream, local, contribution, total } = film.numbers[at];
        const near = (x) => isNear(answer, x, NEAR) || Object.is(answer, x);
        if (near(contribution)) return { correct: true, message: "" };
        const source = film.gradient(moment.source);
        const slope = film.slope(moment.source, moment.position);
        const name = film.name(moment.variable);
        const others = [...film.partials[moment.source]].filter((_, k) => k !== moment.position);
        const slips = [
            [local, errors.upstream, `that is ${slope} alone`],
            [upstream, errors.local, `that is ${source} alone`],
            [upstream + local, errors.added, `${source} is multiplied with ${slope}`],
            [-contribution, errors.sign, "the size is right"],
            ...others.map((other) => [
                upstream * other,
                errors.other,
                `${source} is multiplied with ${slope}`,
            ]),
            [film.primals[moment.variable], errors.value, `that is the value of ${name}`],
            [total, errors.total, "that is all that has arrived by now"],
        ];
        const [, error, told] = slips.find(([x]) => near(x)) ?? [];
        if (!error) return wrong([], `It is ${source} times ${slope}.`);
        return wrong([error], `${error[0].toUpperCase()}${error.slice(1)}: ${told}.`);
    }
}
