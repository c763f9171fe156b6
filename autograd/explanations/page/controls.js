/* The buttons, the time line, the phases and the keys of a player. */
const ICONS = {
    first: "M3 3h2v10H3zM13 3v10L6 8z",
    back: "M11 3v10L4 8z",
    play: "M4 2.5v11L13 8z",
    pause: "M4 3h3v10H4zM9 3h3v10H9z",
    next: "M5 3v10l7-5z",
    last: "M11 3h2v10h-2zM3 3v10l7-5z",
};

class Controls {
    constructor(player) {
        this.player = player;
        const { film } = player;
        const to = (at) => () => (player.pause(), player.go(at));
        const button = (name, tip, action) =>
            make(
                "button",
                {
                    type: "button",
                    class: name,
                    "aria-label": name,
                    title: `${name} (${tip})`,
                    onclick: action,
                },
                icon(ICONS[name]),
            );
        this.buttons = {
            first: button("first", "Home", to(0)),
            back: button("back", "left arrow", () => this.back()),
            play: button("play", "space", () => this.toggle()),
            next: button("next", "right arrow", () => this.next()),
            last: button("last", "End", to(film.last)),
        };
        const parts = { given: 0, forward: 1, backward: film.firstBackward };
        this.parts = Object.entries(parts).map(([name, at]) =>
            make("button", { type: "button", onclick: to(at) }, name),
        );
        this.position = make("span", { class: "position" });
        this.phases = make(
            "div",
            { class: "phases", role: "group", "aria-label": "phases" },
            this.parts,
            this.position,
        );
        this.line = make("input", {
            type: "range",
            class: "line",
            min: 0,
            max: film.last,
            value: 0,
            "aria-label": "moment",
            style: `--split:${(100 * (film.firstBackward - 0.5)) / film.last}%`,
            oninput: () => to(Number(this.line.value))(),
        });
        const speeds = [0.5, 1, 2, 4].map((speed) =>
            make("option", { value: speed, selected: speed === 1 }, `${speed}×`),
        );
        this.pace = make("select", {}, speeds);
        this.target = make(
            "select",
            { onchange: () => this.#run() },
            make("option", { value: "" }, "..."),
        );
        film.variables.forEach(({ constant }, i) => {
            if (!constant) this.target.append(make("option", { value: i }, film.name(i)));
        });
        this.questions = make("input", { type: "checkbox", onchange: () => player.show() });
        const options = [
            make("label", {}, "speed ", this.pace),
            make("label", {}, "run to ", this.target),
            make(
                "label",
                { title: "asks for each product before it is shown" },
                this.questions,
                " predict",
            ),
        ];
        if (player.figure.querySelector(".pictures").classList.contains("large"))
            options.push(this.#whole());
        const keys = make(
            "span",
            { class: "keys" },
            "keys ",
            ["←", "→", "space", "Home", "End"].flatMap((key) => [make("kbd", {}, key), " "]),
        );
        this.element = make(
            "div",
            { class: "controls" },
            make(
                "div",
                { class: "buttons", role: "group", "aria-label": "player" },
                Object.values(this.buttons),
            ),
            this.line,
        );
        this.options = make("div", { class: "options" }, options, keys);
        document.addEventListener("keydown", (event) => this.#key(event));
    }

    get speed() {
        return Number(this.pace.value);
    }

    get wantsQuestions() {
        return this.questions.checked;
    }

    next() {
        this.player.pause();
        this.player.next();
    }

    back() {
        this.player.pause();
        this.player.go(this.player.at - 1);
    }

    toggle() {
        if (this.player.isPlaying) this.player.pause();
        else this.player.play();
    }

    #run() {
        if (this.target.value !== "") this.player.runTo(Number(this.target.value));
        this.target.value = "";
    }

    #whole() {
        const frame = this.player.figure.querySelector(".pictures");
        const turn = ({ target }) => {
            frame.classList.toggle("whole", target.checked);
            for (const picture of this.player.pictures) picture.reveal();
        };
        return make(
            "label",
            {},
            make("input", { type: "checkbox", onchange: turn }),
            " whole picture",
        );
    }

    /* The figure has the keys while the focus is in it; where it is the whole page, also
       while the focus is nowhere. Fields keep theirs, and buttons the space. */
    #key(event) {
        const { figure } = this.player,
            { target, key } = event;
        const isHere =
            figure.contains(target) ||
            (figure.classList.contains("solo") && target === document.body);
        if (!isHere || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey)
            return;
        if (target.matches("input:not([type=checkbox]), select, textarea")) return;
        if (key === " " && target.closest("button, summary, input, a")) return;
        const actions = {
            ArrowRight: () => this.next(),
            ArrowLeft: () => this.back(),
            Home: () => this.buttons.first.click(),
            End: () => this.buttons.last.click(),
            " ": () => this.toggle(),
        };
        if (!(key in actions)) return;
        event.preventDefault();
        actions[key]();
    }

    show() {
        const { player, buttons } = this,
            { film, at, moment } = player;
        for (const button of [buttons.first, buttons.back]) button.disabled = at === 0;
        for (const button of [buttons.next, buttons.last]) button.disabled = player.isAtEnd;
        const name = player.isPlaying ? "pause" : "play";
        if (buttons.play.getAttribute("aria-label") !== name) {
            buttons.play.setAttribute("aria-label", name);
            buttons.play.title = `${name} (space)`;
            buttons.play.replaceChildren(icon(ICONS[name]));
        }
        this.line.value = at;
        const place = {
            given: () => "start",
            forward: () => `operation ${at} of ${film.firstBackward - 1}`,
            backward: () => `step ${moment.step} of ${film.data.backward.length}`,
        }[moment.phase]();
        this.position.textContent = place;
        this.line.setAttribute("aria-valuetext", `${moment.phase}, ${place}`);
        const phases = ["given", "forward", "backward"];
        this.parts.forEach((part, k) => {
            if (phases[k] === moment.phase) part.setAttribute("aria-current", "step");
            else part.removeAttribute("aria-current");
        });
        player.figure.dataset.phase = moment.phase;
    }
}
