/* Starts the figures and the questions, marks where the reader is, and opens every
   answer when the page is printed. */

document.documentElement.classList.add("scripted");
for (const figure of all(document, "[data-figure]")) FIGURES[figure.dataset.figure](figure);
questions();

const links = all(document, ".progress a");
const sections = links.map((link) => document.querySelector(link.getAttribute("href")));
const read = document.querySelector(".progress .read");

function mark() {
    const line = innerHeight * 0.35;
    const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
    const here = Math.max(passed.length - 1, 0);
    links.forEach((link, i) => {
        if (i === here) link.setAttribute("aria-current", "step");
        else link.removeAttribute("aria-current");
        link.classList.toggle("passed", i < here);
    });
    say(document, "here", links[here].dataset.name);
    const whole = document.documentElement.scrollHeight - innerHeight;
    read.style.transform = `scaleX(${whole > 0 ? between(scrollY / whole, 0, 1) : 1})`;
}

let isWaiting = false;
addEventListener(
    "scroll",
    () => {
        if (isWaiting) return;
        isWaiting = true;
        requestAnimationFrame(() => {
            isWaiting = false;
            mark();
        });
    },
    { passive: true },
);
/* The list of sections is a menu where there is no room for it. */
const menu = document.querySelector(".progress details");
const isWide = matchMedia("(min-width: 68rem)");
const fit = () => (menu.open = isWide.matches);
isWide.addEventListener("change", fit);
for (const link of links) link.addEventListener("click", fit);
fit();
addEventListener("resize", mark);
/* On paper every answer is open, and every player at its end. */
let stood = [];
addEventListener("beforeprint", () => {
    for (const answer of all(document, ".quiz details")) answer.open = true;
    const players = all(document, "figure.player").map(({ player }) => player);
    stood = players.map((player) => [player, player.at]);
    for (const player of players) player.go(player.film.last);
});
addEventListener("afterprint", () => stood.forEach(([player, at]) => player.go(at)));
mark();
