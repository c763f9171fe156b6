/* A question before a product is shown: what will it be? An answer is judged at the
   present numbers; those that are offered hold for the recorded ones. */
class Prediction {
    constructor(player) {
        this.player = player;
        this.field = make("input", {
            type: "text",
            autocomplete: "off",
            autocapitalize: "off",
            spellcheck: "false",
            "aria-label": "the product",
            placeholder: "?",
        });
        this.choices = make("span", { class: "choices", role: "group", "aria-label": "answers" });
        this.verdict = make("span", { class: "verdict", role: "status" });
        const show = make("button", { type: "button", onclick: () => player.next() }, "show");
        this.element = make(
            "form",
            { class: "prediction", onsubmit: (event) => (event.preventDefault(), this.#check()) },
            this.field,
            make("button", { type: "submit" }, "check"),
            show,
            this.choices,
            this.verdict,
        );
    }

    ask() {
        const { film, moment } = this.player;
        const question = film.isChanged ? undefined : film.data.predictions?.[moment.step - 1];
        this.field.value = "";
        this.verdict.textContent = "";
        this.choices.replaceChildren(
            ...(question?.choices ?? []).map((text) => {
                const choice = make(
                    "button",
                    {
                        type: "button",
                        onclick: () => this.#judge(judgeChoice(question, text), choice),
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

    #judge({ correct, message }, choice) {
        if (correct) {
            this.player.reveal();
            this.player.controls.buttons.next.focus();
        } else {
            this.verdict.textContent = message;
            if (choice) choice.disabled = true;
        }
    }

    #check() {
        const { film } = this.player;
        try {
            const read = readFormula(
                this.field.value,
                film.variables.map(({ name }) => name),
                film.program?.primitives,
            );
            this.#judge(this.#verdict(read(film.primals)));
        } catch (error) {
            if (!(error instanceof FormulaError)) throw error;
            this.#judge({ message: `Not a number or a formula: ${error.message}.` });
        }
    }

    #verdict(answer) {
        const { film, at, moment } = this.player,
            { errors } = film.data;
        const { upstream, local, contribution, total } = film.numbers[at];
        const near = (x) => isNear(answer, x, NEAR) || Object.is(answer, x);
        if (near(contribution)) return { correct: true };
        const [source, slope] = [
            film.gradient(moment.source),
            film.slope(moment.source, moment.position),
        ];
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
            [
                film.primals[moment.variable],
                errors.value,
                `that is the value of ${film.name(moment.variable)}`,
            ],
            [total, errors.total, "all that has arrived by now"],
        ];
        const [, error, told] = slips.find(([x]) => near(x)) ?? [];
        const message = error
            ? `${error[0].toUpperCase()}${error.slice(1)}: ${told}.`
            : `It is ${source} times ${slope}.`;
        return { correct: false, message };
    }
}
