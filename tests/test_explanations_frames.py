"""Frames, animation and GIF: what they show is the scene, at every moment."""

import io
import re
import sys
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

import autograd
from autograd import Value, explain, math, scope
from autograd.explanations.animation import PAUSE, animated_svg
from autograd.explanations.film import Film, latest
from autograd.explanations.frames import LARGEST, Frames
from autograd.explanations.gif import gif
from autograd.explanations.lit import draw_log, draw_route
from autograd.explanations.routes import routes
from autograd.explanations.scene import Scene
from autograd.pictures import EngineError, engines
from tests import chromium

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</script><img src=x onerror=alert(1)>", "]]><!-- --> <script>", r"\N\l\\", "<b>",
    '" onload="alert(1)', "&lt; &amp; &#35;", "{a|b}", "漢字 ∇ 😀", "a\nb", "\x00\x1b",
    "</style><style>*{display:none}", "</text></svg>", "'quoted'", "-->", "%s ID END",
]  # fmt: skip


def product():
    a, b, c, f = (Value(x, n) for x, n in ((2, "a"), (-3, "b"), (10, "c"), (-2, "f")))
    e = a * b
    d = e + c
    L = d * f
    e.label, d.label, L.label = "e", "d", "L"
    return L


def used_twice():
    a, b, c = (Value(x, n) for x, n in ((0.5, "a"), (-1, "b"), (2, "c")))
    L = math.tanh((a * b + c) * a)
    L.label = "L"
    return L


def sums():
    a = Value(3, "a")
    b = a + a
    return b + b


def scoped():
    x, w = Value(1.5, "x"), Value(-0.5, "w")
    with scope("layer"):
        with scope("neuron"):
            y = (x * w + 1).relu()
        z = autograd.softmax([x, y, 2 * y])[1]
    return -math.log(z)


def leaf():
    return Value(2.0, "alone")


def hostile():
    values = [Value(i, label) for i, label in enumerate(HOSTILE)]
    with scope(HOSTILE[0]), scope(HOSTILE[1]):
        y = autograd.sum(values)
    with scope(HOSTILE[2]):
        z = y * values[0]
    y.label, z.label = HOSTILE[3], HOSTILE[10]
    return z


GRAPHS = [product, used_twice, sums, scoped, leaf, hostile]
every_graph = pytest.mark.parametrize("make", GRAPHS)


def scene_of(make):
    return Scene(explain(make()).log)


def frames_of(make, **options):
    return Frames(scene_of(make), **options)


def parsed(svg):
    """The groups of an SVG by key: their texts, and the rest of their elements."""
    found = {}
    for group in ET.fromstring(svg).iter(f"{SVG}g"):
        prefix, _, key = group.get("id").partition("-")
        if key:
            texts = [(text.text or "").strip() for text in group.iter(f"{SVG}text")]
            shapes = [e for e in group if e.tag not in (f"{SVG}text", f"{SVG}title")]
            found[key] = texts, shapes
    return found


def shown(scene, groups):
    """The texts of the picture by the places of the scene."""
    state = {}
    for v in scene.log.variables:
        texts, _ = groups[f"v{v.index}"]
        for i, term in ((1, "data"), (2, "grad")):
            if not v.is_constant and len(texts) > i and texts[i]:
                state[f"{term} {v.index}"] = texts[i].removeprefix(f"{term} ")
        for position, parent in enumerate(v.operands):
            arrow = scene.keys[f"v{parent}>o{v.index}:{position}"]
            texts, _ = groups[f"e{arrow}"]
            if texts and texts[0]:
                state[f"partial {v.index} {position}"] = texts[0].removeprefix("∂ ")
    return state


def element(scene, key):
    return f"e{scene.keys[key]}" if ">" in key else key


def inert(svg):
    """Fails where anything in the SVG could run, load or escape."""
    for thing in ET.fromstring(svg).iter():
        tag = thing.tag.removeprefix(SVG)
        known = {"svg", "g", "title", "polygon", "polyline", "ellipse", "path", "text"}
        assert tag in known | {"style"}, tag
        for name in thing.attrib:
            assert not name.startswith("on") and "href" not in name, name


# --- frames --------------------------------------------------------------------------


@every_graph
def test_the_texts_of_a_frame_are_the_state_of_the_scene(make):
    frames = frames_of(make)
    for at in range(len(frames)):
        groups = parsed(frames.frame(at).svg)
        assert shown(frames.scene, groups) == frames.scene.state(at)


@every_graph
def test_the_last_frame_shows_every_gradient(make):
    frames = frames_of(make)
    state = shown(frames.scene, parsed(frames.frame(len(frames) - 1).svg))
    for index, adjoint in frames.scene.log.adjoints.items():
        assert state[f"grad {index}"] == format(adjoint + 0.0, ".4g")


@every_graph
def test_every_frame_has_the_same_layout(make):
    layouts = set()
    frames = frames_of(make)
    for at in range(len(frames)):
        svg = frames.frame(at).svg
        boxes = [
            (key, shape.attrib.get("points"), shape.attrib.get("cx"))
            for key, (_, shapes) in parsed(svg).items()
            for shape in shapes[:1]
            if key[0] != "e" and key != "bar"
        ]
        layouts.add((re.search('viewBox="[^"]*"', svg)[0], tuple(boxes)))
    assert len(layouts) == 1


@every_graph
def test_what_is_lit_is_wider_and_of_the_phase_s_colour(make):
    frames = frames_of(make)
    for at, moment in enumerate(frames.scene.moments):
        groups = parsed(frames.frame(at).svg)
        lit = {element(frames.scene, key) for key in moment.lit}
        assert lit <= set(groups)
        color = "#d55e00" if moment.phase == "backward" else "#0072b2"
        for key, (_, shapes) in groups.items():
            shape = next(s for s in shapes if s.get("stroke")) if shapes else None
            if key in lit:
                assert shape.get("stroke") == color
                assert float(shape.get("stroke-width")) > 2.7
            elif key[0] in "veo" and shapes:
                assert float(shape.get("stroke-width", 1)) < 2.7


def test_what_is_not_computed_yet_is_faint():
    frames = frames_of(product)
    first = parsed(frames.frame(0).svg)
    last = parsed(frames.frame(len(frames) - 1).svg)
    assert first["v4"][0] == ["d", "", ""]
    arrow = element(frames.scene, "o4>v4")
    for key in ("v4", "o4", arrow):
        colors = [groups[key][1][0].get("stroke") for groups in (first, last)]
        assert colors[0] > colors[1]  # nearer to white
    assert first["v0"][0] == ["a", "data 2", ""]


def test_what_stands_below_says_the_step_and_its_product():
    frame = frames_of(used_twice).frame(11)
    assert frame.heading == "backward 7 of 8   v1 = a · b  sends gradient to  a"
    numbers = [line.split() for line in frame.caption if line.startswith("numbers")]
    assert numbers == [["numbers", "0.2983", "·", "-1", "=", "-0.2983"]]
    groups = parsed(frame.svg)
    for key, lines in (("heading", [frame.heading]), ("caption", frame.caption)):
        assert [text.split() for text in groups[key][0]] == [x.split() for x in lines]


def test_long_lines_and_many_rows_below_are_cut():
    xs = [Value(i, f"a long name, number {i}") for i in range(40)]
    y = autograd.sum(xs)
    y.label = "漢字 a label that is long"
    frames = frames_of(lambda: y)
    for at in range(len(frames)):
        lines = [frames.frame(at).heading, *frames.frame(at).caption]
        assert all(len(line.encode()) <= 110 for line in lines) and len(lines) <= 6
    assert frames.frame(1).caption[-1] == "..."
    assert frames.frame(3).caption[0].endswith("…")


def test_frames_are_saved_in_every_format_of_the_engine(tmp_path):
    frame = frames_of(used_twice).frame(3)
    assert frame.save(tmp_path / "a.svg").read_text().rstrip().endswith("</svg>")
    assert frame.save(tmp_path / "a.dot").read_text() == frame.dot
    with Image.open(frame.save(tmp_path / "a.png")) as image:
        assert image.size[0] > image.size[1] > 100
    assert frame._repr_svg_() == frame.svg
    assert repr(frame) == "<moment 3 of 12: .save('moment.svg') writes it>"
    with pytest.raises(ValueError, match=r"'.*a\.json' must end in one of .dot, .eps"):
        frame.save(tmp_path / "a.json")


@every_graph
def test_the_same_graph_gives_the_same_bytes(make):
    one, other = frames_of(make), frames_of(make)
    last = len(one) - 1
    assert one.frame(last).svg == other.frame(last).svg
    assert one.frame(last).png(60) == other.frame(last).png(60)
    assert animated_svg(one) == animated_svg(other)


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_every_direction_can_be_drawn(direction):
    frames = frames_of(product, direction=direction)
    assert frames.frame(1).svg.count("<text") > 10
    width, height = frames.size
    box = re.search('viewBox="0.00 0.00 ([0-9.]+) ([0-9.]+)"', frames.frame(1).svg)
    assert abs(72 * width - float(box[1])) < 2 and abs(72 * height - float(box[2])) < 2


def test_wrong_moments_directions_and_sizes_are_named():
    frames = frames_of(product)
    for at in (-1, 11):
        with pytest.raises(IndexError, match=rf"frame\({at}\): .* 0 to 10"):
            frames.frame(at)
    with pytest.raises(TypeError):
        frames.frame("1")
    with pytest.raises(ValueError, match="'up' is not one of LR, RL, TB, BT"):
        frames_of(product, direction="up").frame(0)
    scene = scene_of(product)
    scene.drawing.nodes *= LARGEST
    with pytest.raises(ValueError, match=r"20000 nodes.*open\(.*wrt=x"):
        Frames(scene)


def test_without_a_layout_engine_the_source_remains(monkeypatch):
    monkeypatch.setattr(engines, "_graphviz_pure", lambda: None)
    monkeypatch.setattr(engines, "_has_pygraphviz", lambda: False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("AUTOGRAD_DOT", raising=False)
    frame = frames_of(product).frame(2)
    assert frame.dot.startswith("digraph") and frame._repr_svg_() is None
    for draw in (lambda: frame.svg, lambda: animated_svg(frames_of(product))):
        with pytest.raises(EngineError, match="graphviz-pure"):
            draw()


# --- timelines -----------------------------------------------------------------------


@every_graph
def test_timelines_are_in_order_and_within_the_film(make):
    film = Film(scene_of(make))
    for timeline in [*film.texts.values(), *film.looks.values()]:
        moments = [at for at, _ in timeline]
        assert moments == sorted(set(moments))
        assert 0 <= moments[0] and moments[-1] < len(film.scene.moments)
    for timeline in film.looks.values():
        assert timeline[0][0] == 0


def test_a_film_is_as_long_as_its_log():
    """Not as the log times its moments: elements keep changes, not states."""
    lengths = []
    for count in (50, 100):
        y = x = Value(1.01, "x")
        for _ in range(count):
            y = y * x
        film = Film(Scene(explain(y, checks=False).log))
        timelines = [*film.looks.values(), *film.texts.values()]
        lengths.append(sum(map(len, timelines)))
    assert lengths[1] < 2.1 * lengths[0]


def test_the_latest_entry_counts():
    timeline = [(2, "a"), (5, "b")]
    assert [latest(timeline, at, "-") for at in (1, 2, 4, 5, 9)] == [*"-aabb"]


# --- the animation -------------------------------------------------------------------


@every_graph
def test_the_animation_is_well_formed_and_inert_with_unique_ids(make):
    svg = animated_svg(frames_of(make))
    inert(svg)
    ids = [thing.get("id") for thing in ET.fromstring(svg).iter() if thing.get("id")]
    assert len(ids) == len(set(ids)) and all(re.match("p[0-9a-f]{8}", i) for i in ids)


@every_graph
def test_where_nothing_moves_the_animation_is_the_last_frame(make):
    frames = frames_of(make)
    root = ET.fromstring(animated_svg(frames))
    for text in [t for g in root.iter(f"{SVG}g") for t in g.iter(f"{SVG}text")]:
        if text.get("visibility") == "hidden":
            text.text = ""
    last = parsed(frames.frame(len(frames) - 1).svg)
    for key, (texts, _) in parsed(ET.tostring(root, encoding="unicode")).items():
        wanted = [text.split() for text in last[key][0] if text.split()]
        assert [text.split() for text in texts if text.split()] == wanted, key


VISIBLE = """at => {
    for (const animation of document.getAnimations()) {
        animation.pause();
        animation.currentTime = at;
    }
    const groups = {};
    for (const group of document.querySelectorAll("svg g[id*='-']")) {
        const texts = [...group.querySelectorAll("text")];
        const shapes = [...group.querySelectorAll("path, polygon, ellipse")];
        groups[group.id.split("-")[1]] = [
            texts.filter(t => getComputedStyle(t).visibility == "visible")
                 .map(t => [t.textContent, getComputedStyle(t).fill]),
            shapes.map(shape => getComputedStyle(shape))
                  .map(s => [s.stroke, parseFloat(s.strokeWidth), s.fill]),
        ];
    }
    return groups;
}"""


@pytest.mark.parametrize("make", [used_twice, hostile])
def test_a_browser_shows_at_each_moment_what_the_frame_shows(make):
    frames = frames_of(make)
    html = f"<!doctype html><body>{animated_svg(frames, 2)}</body>"
    with chromium.page(html) as page:
        for at in range(len(frames)):
            found = page.evaluate(VISIBLE, 2000 * at + 1000)
            for group in ET.fromstring(frames.frame(at).svg).iter(f"{SVG}g"):
                key = group.get("id").partition("-")[2]
                if key:
                    told, looks = found[key]
                    told = [[text.split(), fill] for text, fill in told if text.split()]
                    assert (told, looks) == expected(group), (at, key)


def expected(group):
    """The texts of a frame's group, and its shapes, as a browser says them."""
    told, looks = [], []
    for thing in group:
        fill = rgb(thing.get("fill", "black"))
        if thing.tag == f"{SVG}text" and thing.text.split():
            told.append([thing.text.split(), fill])
        elif thing.tag not in (f"{SVG}text", f"{SVG}title"):
            width = float(thing.get("stroke-width", 1))
            looks.append([rgb(thing.get("stroke")), width, fill])
    return told, looks


def rgb(color):
    names = {"white": "#ffffff", "black": "#000000"}
    color = names.get(color, color)
    if not color.startswith("#"):
        return color
    return f"rgb({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_a_browser_that_wants_no_motion_shows_the_end():
    frames = frames_of(used_twice)
    html = f"<!doctype html><body>{animated_svg(frames)}</body>"
    with chromium.page(html, reduced_motion=True) as page:
        assert page.evaluate("document.getAnimations().length") == 0
        found = page.evaluate(VISIBLE, 0)
        told = [text for text, _ in found["v0"][0]]
        assert told == ["a", "data 0.5", "grad 0.5966"]
    with chromium.page(html) as page:
        assert page.evaluate("document.getAnimations().length") > 50


def test_the_film_lasts_as_long_as_its_moments_and_a_pause():
    svg = animated_svg(frames_of(product), seconds_per_step=0.5)
    assert f"animation-duration:{11 * 0.5 + PAUSE:g}s" in svg
    for seconds in (0, -1, 61, math.nan, "1"):
        with pytest.raises(ValueError, match=r"seconds_per_step: .* 0\.1 to 60"):
            animated_svg(frames_of(product), seconds)
        with pytest.raises(ValueError, match=r"seconds_per_step: .* 0\.1 to 60"):
            gif(frames_of(product), seconds)


def test_what_is_drawn_is_in_the_animation_once():
    frames = frames_of(scoped)
    assert 20 <= len(frames.scene.drawing.nodes) <= 30
    svg, frame = animated_svg(frames), frames.frame(len(frames) - 1).svg
    for shape in ("<path", "<polygon", "<ellipse"):
        assert svg.count(shape) == frame.count(shape)
    assert len(svg.encode()) < 100_000


# --- GIF -----------------------------------------------------------------------------


@pytest.mark.parametrize("make", [used_twice, leaf])
def test_a_gif_has_every_moment_for_its_time(make):
    frames = frames_of(make)
    with Image.open(io.BytesIO(gif(frames, 0.5))) as film:
        assert film.n_frames == len(frames) and film.info["loop"] == 0
        times = []
        for at in range(film.n_frames):
            film.seek(at)
            times.append(film.info["duration"])
            assert film.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert times == [500] * (len(frames) - 1) + [500 + 1000 * PAUSE]


def test_the_frames_of_a_gif_are_those_of_the_engine():
    """Flat colours to the bit, and letters as sharp."""
    frames = frames_of(product)
    with Image.open(io.BytesIO(gif(frames))) as film:
        for at in (0, 4, len(frames) - 1):
            film.seek(at)
            shown = film.convert("RGB")
            png = frames.frame(at).png(round(shown.width / frames.size[0]))
            with Image.open(io.BytesIO(png)) as image:
                wanted = image.convert("RGB")
            assert shown.size == wanted.size
            pairs = [*zip(shown.tobytes(), wanted.tobytes())]
            assert max(abs(one - other) for one, other in pairs) < 64
            flat = [sorted(image.getcolors(10**6))[-5:] for image in (shown, wanted)]
            assert [color for _, color in flat[0]] == [color for _, color in flat[1]]


def test_a_gif_is_the_same_each_time():
    assert gif(frames_of(sums)) == gif(frames_of(sums))


def test_a_gif_of_too_many_pixels_names_what_to_do():
    y = Value(1.01, "x")
    for _ in range(50):
        y = y.tanh()
    frames = Frames(Scene(explain(y, checks=False).log))
    with pytest.raises(ValueError, match=r"too many pixels: open\(.*wrt=x.*save svg"):
        gif(frames)


def test_without_pillow_the_extra_is_named(monkeypatch):
    frames = frames_of(product)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"pip install 'scalar-autograd\[gif\]'"):
        gif(frames)


def test_an_engine_that_fails_halfway_fails_the_gif(monkeypatch):
    frames = frames_of(product)
    render = engines.render

    def failing(dot, *args, **kwargs):
        if "moment 5 of" in dot or "backward 2 of" in dot:
            raise EngineError("halfway")
        return render(dot, *args, **kwargs)

    monkeypatch.setattr(engines, "render", failing)
    with pytest.raises(EngineError, match="halfway"):
        gif(frames)


# --- one path, and the whole log -----------------------------------------------------


@every_graph
def test_the_picture_of_a_log_has_every_number(make):
    scene = scene_of(make)
    groups = parsed(draw_log(scene.log).svg)
    assert shown(scene, groups) == scene.state(len(scene.moments) - 1)


@pytest.mark.parametrize("make", [used_twice, sums, scoped])
def test_one_path_is_lit_and_the_rest_is_faint(make):
    scene = scene_of(make)
    log = scene.log
    for route in routes(log, 0):
        picture = draw_route(log, route)
        groups = parsed(picture.svg)
        steps = zip(route.variables, route.variables[1:], route.positions)
        lit = {f"v{i}" for i in route.variables}
        for parent, child, position in steps:
            arrows = (f"v{parent}>o{child}:{position}", f"o{child}>v{child}")
            lit |= {f"o{child}", *(element(scene, key) for key in arrows)}
        for key, (_, shapes) in groups.items():
            if key[0] in "veo":
                is_lit = shapes[0].get("stroke") == "#a3377a"
                assert is_lit == (key in lit), key
                assert is_lit == (float(shapes[0].get("stroke-width", 1)) > 2.7)
        assert shown(scene, groups) == scene.state(len(scene.moments) - 1)


def test_the_product_of_a_path_stands_below():
    log = explain(used_twice()).log
    first, second = routes(log, 0)
    assert r"∂L/∂v3 · ∂v3/∂a = 0.5966 · 1.5 = 0.8949\l" in draw_route(log, first).dot
    assert r"a → v1 → v2 → v3 → L\l" in draw_route(log, second).dot
    (root,) = routes(log, log.root)
    assert r"L\l∂L/∂L = 1\l" in draw_route(log, root).dot


def test_pictures_of_paths_are_saved(tmp_path):
    log = explain(sums()).log
    pictures = [draw_route(log, route) for route in routes(log, 0)]
    assert len({picture.dot for picture in pictures}) == 4
    ids = [set(re.findall(' id="([^"]*)"', picture.svg)) for picture in pictures]
    assert not set.intersection(*ids)
    for suffix in ("svg", "png", "dot"):
        assert pictures[0].save(tmp_path / f"path.{suffix}").stat().st_size > 500
    assert pictures[0]._repr_svg_().startswith("<svg")


# --- texts of users ------------------------------------------------------------------


def test_hostile_labels_are_inert_in_every_output():
    frames = frames_of(hostile)
    scene = frames.scene
    route = next(routes(scene.log, 0))
    outputs = [frames.frame(at).svg for at in (0, 5, len(frames) - 1)]
    outputs += [animated_svg(frames), draw_log(scene.log).svg]
    outputs.append(draw_route(scene.log, route).svg)
    for svg in outputs:
        inert(svg)
        assert svg.count("<style") == svg.count("</style") <= 1
    names = {v.name for v in scene.log.variables if not v.is_constant}
    told = {texts[0] for key, (texts, _) in parsed(outputs[2]).items() if key[0] == "v"}
    assert {name for name in names if name == name.strip()} <= told


@pytest.mark.parametrize("label", HOSTILE)
def test_the_source_of_a_frame_obeys_no_label(label):
    a = Value(2.0, label)
    frames = frames_of(lambda: a * a)
    groups = parsed(frames.frame(1).svg)
    name = frames.scene.log.variables[0].name
    assert " ".join(groups["v0"][0][0].split()) == " ".join(name.split())
