"""Colouring a sparse matrix: few products with vectors that give all its entries.

Columns of one colour are seeded together: their sum is one product. A Jacobian's
columns may share a colour where no row has two of them (Curtis, Powell & Reid 1974).
A Hessian is symmetric, each entry is there twice, and one place where it stands alone
is enough: that is a star colouring (Gebremedhin, Manne & Pothen 2005, "What color is
your Jacobian?", SIAM Review 47(4)).

A pattern is for each row the columns whose entries may be other than zero. A column
without entries has no colour, -1. Finding the fewest colours is NP-hard; these are
greedy, and give each column a colour of its own where more steps would be needed than
`most`.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
Pattern = Sequence[Collection[int]]

MOST = 2**24
SEVERAL = -1


def column_colouring(pattern: Pattern, columns: int, most: int = MOST) -> list[int]:
    """The colour of each column; no two columns of a colour share a row.

    >>> column_colouring([{0, 1}, {1, 2}, {2, 3}], columns=4)
    [0, 1, 0, 1]
    """
    used = _columns_of(pattern)
    longest = max(map(len, pattern), default=0)
    if longest == len(used) or sum(map(len, pattern)) > most:
        return _own_colours(used, columns)
    rows: list[list[int]] = [[] for _ in range(columns)]
    for i, row in enumerate(pattern):
        for j in row:
            rows[j].append(i)
    found = [_by_columns(rows, len(pattern), order, most) for order in _orders(rows)]
    return _fewest(found) or _own_colours(used, columns)


def star_colouring(pattern: Pattern, most: int = MOST) -> list[int]:
    """The colour of each column of a symmetric matrix.

    Neighbours have different colours, and so have any four on a path three colours.
    An arrow, whose first row and column are full, needs two:

    >>> star_colouring([{0, 1, 2, 3}, {0, 1}, {0, 2}, {0, 3}])
    [0, 1, 1, 1]
    """
    used = _columns_of(pattern)
    degrees = [len(row) - (i in row) for i, row in enumerate(pattern) if row]
    is_dense = min(degrees, default=-1) == len(used) - 1
    if is_dense or sum(degrees) > most:
        return _own_colours(used, len(pattern))
    neighbours = [[j for j in row if j != i] for i, row in enumerate(pattern)]
    isolated = [i for i, row in enumerate(pattern) if not row]
    found = _fewest([_by_stars(neighbours, o, most) for o in _orders(neighbours)])
    if found is None:
        # where no two columns of a row share a colour, no path has less than three
        rows = [{i, *row} if row else row for i, row in enumerate(pattern)]
        return column_colouring(rows, len(pattern), most)
    for i in isolated:
        found[i] = -1
    return found


def seeds(colours: Sequence[int]) -> list[list[int]]:
    """For each colour its columns: those whose sum one product gives.

    >>> seeds([0, 1, -1, 0])
    [[0, 3], [1]]
    """
    groups: list[list[int]] = [[] for _ in range(max(colours, default=-1) + 1)]
    for j, colour in enumerate(colours):
        if colour >= 0:
            groups[colour].append(j)
    return groups


def places(
    pattern: Pattern, colours: Sequence[int]
) -> Iterator[tuple[int, int, int, int]]:
    """For each entry (i, j) the colour and the row of the product where it stands.

    Row by row, as (i, j, colour, row): alone among the columns of j's colour in row i,
    or else, the matrix being symmetric, among those of i's colour in row j.

    >>> [*places([{0, 1, 2}, {0, 1}, {0, 2}], [0, 1, 1])][:3]
    [(0, 0, 0, 0), (0, 1, 0, 1), (0, 2, 0, 2)]
    """
    for i, row in enumerate(pattern):
        shared = Counter([colours[j] for j in row])
        for j in sorted(row):
            if shared[colours[j]] == 1:
                yield i, j, colours[j], i
            else:
                yield i, j, colours[i], j


def recovered(
    pattern: Pattern, colours: Sequence[int], compressed: Sequence[Sequence[T]]
) -> list[tuple[int, int, T]]:
    """The entries (i, j, number), row by row, from the product for each colour.

    >>> matrix = [[1, 2, 3], [2, 4, 0], [3, 0, 5]]
    >>> pattern = [{0, 1, 2}, {0, 1}, {0, 2}]
    >>> colours = star_colouring(pattern)
    >>> groups = seeds(colours)
    >>> products = [[sum(row[j] for j in group) for row in matrix] for group in groups]
    >>> products
    [[1, 2, 3], [5, 4, 5]]
    >>> recovered(pattern, colours, products)[:4]
    [(0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 0, 2)]
    """
    return [(i, j, compressed[c][k]) for i, j, c, k in places(pattern, colours)]


def _columns_of(pattern: Pattern) -> set[int]:
    # rows may be one object many times, as in a dense matrix
    distinct = {id(row): row for row in pattern}
    return {*itertools.chain.from_iterable(distinct.values())}


def _own_colours(used: Iterable[int], columns: int) -> list[int]:
    colours = [-1] * columns
    for colour, j in enumerate(sorted(used)):
        colours[j] = colour
    return colours


def _orders(neighbours: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """Bands are best coloured as they come, and graphs with hubs from the hubs on."""
    natural = range(len(neighbours))
    return [natural, sorted(natural, key=lambda v: -len(neighbours[v]))]


def _fewest(colourings: Iterable[list[int] | None]) -> list[int] | None:
    return min([c for c in colourings if c is not None], key=max, default=None)


def _by_columns(
    rows: Sequence[Sequence[int]], count: int, order: Iterable[int], most: int
) -> list[int] | None:
    """Greedy: each column gets the first colour that none of its rows has."""
    colours, steps = [-1] * len(rows), 0
    taken: list[set[int]] = [set() for _ in range(count)]
    free = [0] * count  # the first colour that a row does not have
    for j in order:
        if not rows[j]:
            continue
        colour = max([free[i] for i in rows[j]])
        while any([colour in taken[i] for i in rows[j]]):
            colour += 1
            steps += len(rows[j])
        if steps > most:
            return None
        colours[j] = colour
        for i in rows[j]:
            taken[i].add(colour)
            while free[i] in taken[i]:
                free[i] += 1
    return colours


def _by_stars(
    neighbours: Sequence[Sequence[int]], order: Iterable[int], most: int
) -> list[int] | None:
    """Greedy, where vertices of any two colours form stars: a hub and its leaves.

    After Gebremedhin, Tarafdar, Manne & Pothen 2007, "New acyclic and star coloring
    algorithms with application to computing Hessians", SIAM J. Sci. Comput. 29(3).
    """
    colours, steps = [-1] * len(neighbours), 0
    # for each vertex: the neighbour of a colour, or SEVERAL
    around: list[dict[int, int]] = [{} for _ in neighbours]
    # for each vertex: the colours of the hubs whose leaf it is, one of several
    hubs: list[set[int]] = [set() for _ in neighbours]
    for v in order:
        forbidden: set[int] = set()
        coloured = [w for w in neighbours[v] if colours[w] >= 0]
        steps += len(neighbours[v])
        for w in coloured:
            # a path v, w, hub, another leaf
            forbidden |= hubs[w]
            forbidden.add(colours[w])
            steps += len(hubs[w])
            if around[v][colours[w]] == SEVERAL:
                # a path of another neighbour, v, w, one around w
                forbidden.update(around[w])
                steps += len(around[w])
        if steps > most:
            return None
        colour = next(c for c in itertools.count() if c not in forbidden)
        colours[v] = colour
        for w in neighbours[v]:
            first = around[w].setdefault(colour, v)
            if first == v:
                continue
            around[w][colour] = SEVERAL
            if colours[w] >= 0:
                hubs[v].add(colours[w])
                if first != SEVERAL:
                    hubs[first].add(colours[w])
        for w in coloured:
            if around[v][colours[w]] == SEVERAL:
                hubs[w].add(colour)
    return colours
