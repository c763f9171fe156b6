/* The buttons, the time line, the phases and the keys of a player. */
const ICONS = {
    first: "M3 3h2v10H3zM13 3v10L6 8z",
    back: "M11 3v10L4 8z",
    play: "M4 2.5v11L13 8z",
    pause: "M4 3h3v10H4zM9 3h3v10H9z",
    next: "M5 3v10l7-5z",
    last: "M11 3h2v10h-2zM3 3v10l7-5z",
};
const PHASES = ["given", "forward", "backward"];

class Controls {
    constructor(player) {
        this.player = player;
        this.frame = player.figure.querySelector(".pictures");
        this.phases = this.#phases();
        this.buttons = this.#buttons();
        this.line = this.#line();
        const group = { role: "group", "aria-label": "player" };
        const buttons = make("div.buttons", group, Object.values(this.buttons));
        this.element = make("div.controls", buttons, this.line);
        this.options = this.#options();
        document.addEventListener("keydown", (event) => this.#key(event));
    }

    #phases() {
        const starts = [0, 1, this.player.film.firstBackward];
        this.starts = PHASES.map((name, k) => button("", () => this.go(starts[k]), name));
        this.position = make("span.position");
        return make(
            "div.phases",
            { role: "group", "aria-label": "phases" },
            this.starts,
            this.position,
        );
    }

    #buttons() {
        const made = (name, key, action) =>
            button(
                `.${name}`,
                action,
                { "aria-label": name, title: `${name} (${key})` },
                icon(ICONS[name]),
            );
        return {
            first: made("first", "Home", () => this.go(0)),
            back: made("back", "left arrow", () => this.go(this.player.at - 1)),
            play: made("play", "space", () => this.toggle()),
            next: made("next", "right arrow", () => this.next()),
            last: made("last", "End", () => this.go(this.player.film.last)),
        };
    }

    #line() {
        const { film } = this.player;
        const split = (100 * (film.firstBackward - 0.5)) / film.last;
        return make("input.line", {
            type: "range",
            min: 0,
            max: film.last,
            value: 0,
            "aria-label": "moment",
            style: `--split:${split}%`,
            oninput: () => this.go(Number(this.line.value)),
        });
    }

    #options() {
        const { player } = this;
        const speeds = [0.5, 1, 2, 4].map((value) =>
            make("option", { value, selected: value === 1 }, `${value}×`),
        );
        this.pace = make("select", speeds);
        this.target = make(
            "select",
            { onchange: () => this.#run() },
            make("option", { value: "" }, "..."),
        );
        player.film.variables.forEach(({ name, constant }, value) => {
            if (!constant) this.target.append(make("option", { value }, name));
        });
        this.questions = make("input", { type: "checkbox", onchange: () => player.show() });
        const title = "asks for each product before it is shown";
        const keys = ["←", "→", "space", "Home", "End"].map((key) => [make("kbd", key), " "]);
        return make(
            "div.options",
            make("label", "speed ", this.pace),
            make("label", "run to ", this.target),
            make("label", { title }, this.questions, " predict"),
            this.frame.classList.contains("large") ? this.#whole() : [],
            make("span.keys", "keys ", keys),
        );
    }

    #whole() {
        const onchange = ({ target }) => {
            this.frame.classList.toggle("whole", target.checked);
            for (const picture of this.player.pictures) picture.reveal();
        };
        return make("label", make("input", { type: "checkbox", onchange }), " whole picture");
    }

    get speed() {
        return Number(this.pace.value);
    }

    get wantsQuestions() {
        return this.questions.checked;
    }

    go(at) {
        this.player.pause();
        this.player.go(at);
    }

    next() {
        this.player.pause();
        this.player.next();
    }

    toggle() {
        if (this.player.isPlaying) this.player.pause();
        else this.player.play();
    }

    #run() {
        if (this.target.value !== "") this.player.runTo(Number(this.target.value));
        this.target.value = "";
    }

    /* The figure has the keys while the focus is in it; where it is the whole page, also
       while the focus is nowhere. Fields keep theirs, and buttons the space. */
    #key(event) {
        const { figure } = this.player;
        const { target, key } = event;
        const isNowhere = figure.classList.contains("solo") && target === document.body;
        if (!isNowhere && !figure.contains(target)) return;
        if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
        if (target.matches("input:not([type=checkbox]), select, textarea")) return;
        if (key === " " && target.closest("button, summary, input, a")) return;
        const actions = {
            ArrowRight: () => this.next(),
            ArrowLeft: () => this.buttons.back.click(),
            Home: () => this.buttons.first.click(),
            End: () => this.buttons.last.click(),
            " ": () => this.toggle(),
        };
        if (!Object.hasOwn(actions, key)) return;
        event.preventDefault();
        actions[key]();
    }

    show() {
        const { player, buttons } = this;
        const { film, at, moment } = player;
        for (const one of [buttons.first, buttons.back]) one.disabled = at === 0;
        for (const one of [buttons.next, buttons.last]) one.disabled = player.isAtEnd;
        this.#showPlay(player.isPlaying ? "pause" : "play");
        const places = {
            given: "start",
            forward: `operation ${at} of ${film.firstBackward - 1}`,
            backward: `step ${moment.step} of ${film.data.backward.length}`,
        };
        const place = places[moment.phase];
        this.position.textContent = place;
        this.line.value = at;
        this.line.setAttribute("aria-valuetext", `${moment.phase}, ${place}`);
        this.starts.forEach((start, k) => {
            if (PHASES[k] === moment.phase) start.setAttribute("aria-current", "step");
            else start.removeAttribute("aria-current");
        });
        player.figure.dataset.phase = moment.phase;
    }

    #showPlay(name) {
        const { play } = this.buttons;
        if (play.getAttribute("aria-label") === name) return;
        play.setAttribute("aria-label", name);
        play.title = `${name} (space)`;
        play.replaceChildren(icon(ICONS[name]));
    }
}
