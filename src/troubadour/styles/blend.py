"""Two or more styles in one: the leader gives groove and form; the others lend players, tempo, harmony and room."""

from __future__ import annotations

from collections.abc import Sequence

from troubadour.styles.shelf import STYLES
from troubadour.styles.style import Desk, Member, Style, Tempo

LENDING_WEIGHT = 0.15  # a style that weighs less is only a colour in the tempo


def blend(weights: Sequence[tuple[str, float]]) -> Style:
    """One style from several with weights, strongest first. A single one is returned as it is."""
    known = [(STYLES[name], weight) for name, weight in weights if name in STYLES] or [(STYLES["pop"], 1.0)]
    leader, lenders = known[0][0], [(style, weight) for style, weight in known[1:] if style.id != known[0][0].id]
    if not lenders:
        return leader
    loud = [style for style, weight in lenders if weight >= LENDING_WEIGHT]
    return leader.model_copy(
        update={
            "tempo": _tempo(leader, lenders),
            "band": leader.band + tuple(_lent(leader, loud)),
            "progressions": _progressions(leader, loud),
            "modes": _mixed([(leader.modes, known[0][1]), *((s.modes, w) for s, w in lenders)]),
            "desk": _desk(leader, lenders),
        }
    )


def _tempo(leader: Style, lenders: list[tuple[Style, float]]) -> Tempo:
    """The leader's tempo, pulled toward the others' but at most as far as the leader's own range allows."""
    pull = sum(weight * (style.tempo.default - leader.tempo.default) for style, weight in lenders)
    home = min(max(leader.tempo.default + pull, leader.tempo.low), leader.tempo.high)
    return Tempo(low=leader.tempo.low, high=leader.tempo.high, default=round(home, 1))


def _lent(leader: Style, lenders: list[Style]) -> list[Member]:
    """Up to two players that mark each lender, unless the leader has the instrument. They are there to stay."""
    own = {instrument for member in leader.band for instrument in member.instruments[:1]}
    lent = []
    for style in lenders:
        guests = [m for m in style.band if m.lends and m.instruments[0] not in own][:2]
        lent += [m.model_copy(update={"from_energy": min(m.from_energy, 0.4), "optional": 0.0}) for m in guests]
    return lent


def _progressions(leader: Style, lenders: list[Style]) -> dict[str, dict[str, tuple[str, ...]]]:
    pools = {mode: dict(kinds) for mode, kinds in leader.progressions.items()}
    for style in lenders:
        for mode, kinds in style.progressions.items():
            mine = pools.setdefault(mode, {})
            mine["any"] = mine.get("any", ()) + kinds["any"]
    return pools


def _mixed(tables: list[tuple[dict[str, float], float]]) -> dict[str, float]:
    mixed: dict[str, float] = {}
    for table, weight in tables:
        total = sum(table.values())
        for name, share in table.items():
            mixed[name] = mixed.get(name, 0.0) + weight * share / total
    return mixed


def _desk(leader: Style, lenders: list[tuple[Style, float]]) -> Desk:
    rest = 1.0 - sum(weight for _, weight in lenders)
    names = Desk.model_fields
    sums = {n: rest * getattr(leader.desk, n) + sum(w * getattr(s.desk, n) for s, w in lenders) for n in names}
    return Desk(**sums)
