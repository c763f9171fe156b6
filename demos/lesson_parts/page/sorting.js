/* Cards into boxes: by drag, by tap (a card, then a box), and by keys (1 2 3, or arrows
   and Enter). Each try is answered at once. */

FIGURES.sorting = (root) => {
    const { boxes, replies, words } = DATA.sorting;
    const pool = root.querySelector(".pool"), status = root.querySelector(".feedback");
    const heads = all(root, ".heads button"), lists = all(root, ".lists section");
    const again = root.querySelector(".again");
    const cards = all(pool, ".card");
    const names = boxes.map(({ name }) => name);
    let chosen = null, aimed = null, missed = new Set(), drag = null;

    const left = () => all(pool, ".card");

    function choose(card) {
        chosen = card;
        for (const other of cards) other.setAttribute("aria-pressed", other === card);
        root.classList.toggle("choosing", card !== null);
        aim(null);
        if (!card) return;
        status.classList.remove("good", "bad");
        status.textContent = words.chosen;
    }

    function aim(box) {
        aimed = box;
        for (const place of [...heads, ...lists])
            place.classList.toggle("aimed", box !== null && place.dataset.box === box);
    }

    function put(card, box) {
        const { box: right, kind } = card.dataset;
        const was = left().indexOf(card), hadFocus = card.contains(document.activeElement);
        choose(null);
        status.classList.toggle("good", box === right);
        status.classList.toggle("bad", box !== right);
        if (box !== right) {
            missed.add(card);
            card.classList.remove("wrong");
            void card.offsetWidth; // so that the animation begins again
            card.classList.add("wrong");
            status.textContent = `${words.wrong} ${replies[kind][box]}`;
            return;
        }
        card.classList.remove("wrong");
        place(card, box);
        const rest = left();
        status.textContent = `${words.right} ${replies[kind][box]}`;
        if (rest.length === 0) finish();
        else if (hadFocus) rest[Math.min(was, rest.length - 1)].focus();
    }

    /* in a box the cards stand in the order of the log */
    function place(card, box) {
        const list = lists.find((l) => l.dataset.box === box).querySelector("ol");
        const before = [...list.children].find((c) => Number(c.dataset.order) > Number(card.dataset.order));
        const item = make("li", { "data-order": card.dataset.order });
        item.append(...[...card.children].filter((c) => !c.matches(".grip")).map((c) => c.cloneNode(true)));
        list.insertBefore(item, before ?? null);
        card.parentElement.hidden = true;
        card.parentElement.remove();
        for (const head of heads) {
            const filled = lists.find((l) => l.dataset.box === head.dataset.box).querySelectorAll("li").length;
            head.querySelector(".count").textContent = String(filled);
        }
    }

    function finish() {
        root.classList.add("done");
        const told = words.done.replace("{}", cards.length).replace("{}", cards.length - missed.size);
        status.textContent = told;
        again.focus();
    }

    function restart() {
        root.classList.remove("done");
        missed = new Set();
        for (const list of lists) list.querySelector("ol").replaceChildren();
        for (const head of heads) head.querySelector(".count").textContent = "0";
        const shuffled = cards.map((card) => [Math.random(), card]).sort((a, b) => a[0] - b[0]);
        for (const [, card] of shuffled) pool.append(make("li", {}, card));
        status.textContent = "";
        cards[0] && left()[0].focus();
    }

    for (const head of heads) {
        head.addEventListener("click", () => {
            if (chosen) put(chosen, head.dataset.box);
            else {
                status.classList.remove("good", "bad");
                status.textContent = words.first;
            }
        });
    }
    for (const list of lists)
        list.addEventListener("click", () => chosen && put(chosen, list.dataset.box));
    again.addEventListener("click", restart);

    for (const card of cards) {
        card.addEventListener("click", () => {
            if (drag?.moved) return;
            choose(card === chosen ? null : card);
        });
        card.addEventListener("keydown", (event) => onKey(event, card));
        card.addEventListener("pointerdown", (event) => begin(event, card));
    }

    function onKey(event, card) {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const digit = Number(event.key);
        const here = left().indexOf(card);
        if (digit >= 1 && digit <= names.length) put(card, names[digit - 1]);
        else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
            const step = event.key === "ArrowRight" ? 1 : -1;
            const from = aimed === null ? (step > 0 ? -1 : names.length) : names.indexOf(aimed);
            const box = names[between(from + step, 0, names.length - 1)];
            if (chosen !== card) choose(card);
            aim(box);
            status.textContent = words.aimed.replace("{}", boxes[names.indexOf(box)].title);
        } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            const to = here + (event.key === "ArrowDown" ? 1 : -1);
            left()[between(to, 0, left().length - 1)].focus();
        } else if (event.key === "Enter" && aimed !== null && chosen === card) put(card, aimed);
        else if (event.key === "Escape") choose(null);
        else return;
        event.preventDefault();
    }

    /* A finger drags by the grip, so that it can scroll the page everywhere else. */
    function begin(event, card) {
        if (event.button !== 0) return;
        if (event.pointerType !== "mouse" && !event.target.closest(".grip")) return;
        drag = { card, x: event.clientX, y: event.clientY, moved: false };
        card.setPointerCapture(event.pointerId);
        card.addEventListener("pointermove", move);
        card.addEventListener("pointerup", drop);
        card.addEventListener("pointercancel", end);
    }

    function move(event) {
        const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
        if (!drag.moved && Math.hypot(dx, dy) < 6) return;
        if (!drag.moved) {
            drag.moved = true;
            choose(drag.card);
            drag.card.classList.add("dragged");
        }
        drag.card.style.transform = `translate(${dx}px, ${dy}px)`;
        aim(boxAt(event));
    }

    function boxAt(event) {
        const under = document.elementFromPoint(event.clientX, event.clientY);
        const place = under?.closest(".heads button, .lists section");
        return place && root.contains(place) ? place.dataset.box : null;
    }

    function drop(event) {
        const { card, moved } = drag, box = moved ? boxAt(event) : null;
        end();
        if (box !== null) put(card, box);
        else if (moved) choose(null);
    }

    function end() {
        const { card } = drag;
        card.removeEventListener("pointermove", move);
        card.removeEventListener("pointerup", drop);
        card.removeEventListener("pointercancel", end);
        card.classList.remove("dragged");
        card.style.transform = "";
        // the click that follows a drag is none
        setTimeout(() => (drag = null));
    }
};
