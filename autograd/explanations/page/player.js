/* A figure that plays an explanation: its state, and what changes it. */
class Player {
    constructor(figure) {
        this.figure = figure;
        const data = JSON.parse(
            figure.querySelector("script[type='application/json']").textContent,
        );
        this.film = new Film(data, figure.program);
        this.at = 0;
        this.isAsking = false;
        const frame = figure.querySelector(".pictures");
        this.pictures = [...frame.querySelectorAll("svg")].map((svg) => new Picture(svg, this));
        this.paths = new Paths(this);
        this.prediction = new Prediction(this);
        this.panel = new Panel(this);
        this.controls = new Controls(this);
        this.whatIf = new WhatIf(this);
        this.trace = new Trace(this);
        this.status = make("p.status", { role: "status" });
        frame.before(this.controls.phases);
        frame.after(
            this.controls.element,
            this.controls.options,
            make("div.desk", this.panel.element, this.whatIf.element),
            this.paths.element,
            this.trace.element,
            this.status,
        );
        frame.addEventListener("click", (event) => {
            const box = event.target.closest(".box:not(.constant)");
            if (box && !this.whatIf.hasDragged) this.runTo(Number(box.dataset.key.slice(1)));
        });
        this.show();
        this.#say();
    }

    get moment() {
        return this.film.moments[this.at];
    }

    get isAtEnd() {
        return this.at === this.film.last && !this.isAsking;
    }

    /* To a moment, or as near as there is one; with a question first where one is wanted. */
    go(at, withQuestion = false) {
        this.at = Math.min(Math.max(at, 0), this.film.last);
        this.isAsking =
            withQuestion && this.controls.wantsQuestions && this.moment.source !== undefined;
        if (this.isAsking) this.pause();
        this.paths.light();
        this.show();
        this.#say();
        if (this.isAsking) this.prediction.ask();
    }

    next() {
        if (this.isAsking) this.reveal();
        else if (!this.isAtEnd) this.go(this.at + 1, true);
    }

    /* The answer to the present question. */
    reveal() {
        this.isAsking = false;
        this.show();
        this.#say();
    }

    /* To where a variable's gradient is complete; where it has no number yet, or there
       already, to where it is computed. */
    runTo(i) {
        const computed = this.film.computedAt[i];
        const complete = this.film.arrivals[i].at(-1);
        const isNext = this.at < computed || this.at === complete || complete === undefined;
        this.pause();
        this.go(isNext ? computed : complete);
    }

    play() {
        if (this.isAtEnd) this.go(0);
        this.#wait();
    }

    #wait() {
        this.timer = setTimeout(() => {
            this.timer = undefined;
            this.next();
            if (this.isAtEnd || this.isAsking) this.pause();
            else this.#wait();
        }, 1600 / this.controls.speed);
        this.controls.show();
    }

    pause() {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.controls.show();
    }

    get isPlaying() {
        return this.timer !== undefined;
    }

    /* Everything as it is at this moment, with these numbers. */
    show() {
        const { controls, prediction, panel, whatIf, paths, trace } = this;
        for (const part of [...this.pictures, controls, prediction, panel, whatIf, paths, trace])
            part.show();
    }

    /* The moment in words, for those who hear it; not at each number that is dragged. */
    #say() {
        this.status.textContent = this.panel.said();
    }

    light(keys) {
        for (const picture of this.pictures) picture.trace(keys);
    }
}
