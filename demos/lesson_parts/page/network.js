/* The network, stage by stage: a list of stages of which one is shown, and its picture. */

FIGURES.network = (figure) => {
    const stages = all(figure, ".stages > li").map((item) => ({
        item,
        phase: item.dataset.phase,
        lit: new Set(item.dataset.lit.split(" ")),
        show: item.dataset.show ? item.dataset.show.split("|") : [],
    }));
    const since = new Map(stages.flatMap(({ show }, i) => show.map((place) => [place, i])));
    const texts = all(figure, "[data-at]").filter((text) => since.has(text.dataset.at));
    const parts = all(figure, "[data-key]");
    const [back, next] = all(figure, ".stepping button");
    const where = figure.querySelector(".where"), status = figure.querySelector(".status");
    let at = 0;

    function go(to, isAsked = true) {
        at = between(to, 0, stages.length - 1);
        const stage = stages[at];
        stages.forEach(({ item }, i) => item.classList.toggle("current", i === at));
        for (const text of texts) text.classList.toggle("unknown", since.get(text.dataset.at) > at);
        for (const part of parts) part.classList.toggle("lit", stage.lit.has(part.dataset.key));
        figure.dataset.phase = stage.phase;
        figure.classList.toggle("still", "still" in stage.item.dataset);
        where.textContent = `${at + 1} of ${stages.length}`;
        const hasFocus = back.parentElement.contains(document.activeElement);
        back.disabled = at === 0;
        next.disabled = at === stages.length - 1;
        // a button that is disabled would lose the focus, and the keys with it
        if (hasFocus && back.disabled) next.focus();
        if (hasFocus && next.disabled) back.focus();
        if (isAsked) status.textContent = stage.item.textContent.replace(/\s+/g, " ");
    }

    back.addEventListener("click", () => go(at - 1));
    next.addEventListener("click", () => go(at + 1));
    figure.querySelector(".stepping").addEventListener("keydown", (event) => {
        const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: stages.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        go(to);
    });
    go(0, false);
};

/* The shares of all weights: a row of the table lights the weight in the picture. */
FIGURES.shares = (figure) => {
    const parts = all(figure, "[data-key]");
    const light = (name) => {
        for (const part of parts) part.classList.toggle("lit", part.dataset.key === name);
    };
    for (const row of all(figure, "tr[data-weight]")) {
        const name = row.dataset.weight;
        row.addEventListener("pointerenter", () => light(name));
        row.querySelector("button").addEventListener("focus", () => light(name));
        row.querySelector("button").addEventListener("click", () => light(name));
    }
};
