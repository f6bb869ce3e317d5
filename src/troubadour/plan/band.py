"""Who plays: the style's band, with the guests that were asked for and without those that were refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from troubadour.brief import Brief
from troubadour.chance import Chance
from troubadour.plan.draw import drawn
from troubadour.plan.value import Player
from troubadour.styles import SHARED, Member, Style
from troubadour.theory.instruments import INSTRUMENTS

# Who steps in when every instrument of a place was refused: the first of these families that is allowed.
STAND_INS: dict[str, tuple[str, ...]] = {
    "drums": ("acoustic_kit", "house_kit", "hand_percussion"),
    "percussion": ("hand_percussion",),
    "bass": ("finger_bass", "upright_bass", "synth_bass", "cello"),
    "chords": ("grand_piano", "steel_guitar", "electric_piano", "organ", "string_section", "warm_pad", "harp"),
    "pad": ("string_section", "warm_pad", "organ", "choir_pad"),
    "lead": ("grand_piano", "saw_lead", "violin", "clean_guitar", "flute", "vibraphone"),
}
ADDING = ("effects", "counter", "pad", "arpeggio", "percussion", "riff")  # who only adds, in the order in which they go
USUAL_FINISH, LUSH_FROM = 0.75, 0.9
ODD_FROM = 0.8  # weirdness
NEEDED = ("bass", "chords", "lead")  # places that are filled again when a refusal empties them


@dataclass(frozen=True)
class Refusals:
    """What must not be heard: instrument ids and stem names (style ids do not matter here)."""

    names: frozenset[str]

    def allow(self, instrument: str) -> bool:
        """Whether an instrument may play."""
        return instrument not in self.names and INSTRUMENTS[instrument].stem not in self.names


def choose_band(brief: Brief, style: Style) -> tuple[Player, ...]:
    """The players of one song: no two with the same role and instrument, a lead always among them."""
    refusals = Refusals(frozenset(brief.without) - frozenset(brief.instruments))
    asked = [i for i in dict.fromkeys(brief.instruments) if i in INSTRUMENTS]
    players: list[Player] = []
    for index, member in enumerate(style.band):
        mine = [i for i in asked if i in member.instruments]
        allowed = [i for i in member.instruments if refusals.allow(i)]
        if mine:
            players += [Player(member.role, i) for i in mine if member.role != "lead" or i in mine[:1]]
        elif allowed and not _sits_out(member, index, brief):
            players.append(_seated(member, allowed, index, brief))
    players += [guest(i) for i in asked if not any(p.instrument == i and p.role != "lead" for p in players)]
    players = [player for player in players if not _displaced(player, players, asked)]
    completed = list(dict.fromkeys(_completed(players, style, refusals)))
    return tuple(_finished(_with_oddity(completed, refusals, brief), asked, refusals, brief))


def _sits_out(member: Member, index: int, brief: Brief) -> bool:
    return bool(Chance(brief.seed, brief.take).stream("band", index).random() < member.optional)


def _with_oddity(players: list[Player], refusals: Refusals, brief: Brief) -> list[Player]:
    """In a song that is to leave the usual far behind, one more player whom nobody would expect there."""
    if (brief.request.weirdness or 0.0) < ODD_FROM:
        return players
    families = {INSTRUMENTS[player.instrument].stem for player in players}
    strangers = [i for i in INSTRUMENTS if INSTRUMENTS[i].stem not in families and refusals.allow(i)]
    strangers = [i for i in strangers if any(i in member.instruments for member in SHARED.guests)]
    return [*players, guest(drawn(strangers, brief.seed, brief.take, "band", "odd"))] if strangers else players


def _finished(players: list[Player], asked: list[str], refusals: Refusals, brief: Brief) -> list[Player]:
    """The band as far as the production goes: a sketch does without those who only add, a full one has strings behind it."""
    finish = brief.request.strengths.finish
    if finish is None:
        return players
    adding = [p for role in ADDING for p in players if p.role == role and p.instrument not in asked]
    without = adding[: round(max(0.0, 1.0 - finish / USUAL_FINISH) * len(adding))]
    kept = [player for player in players if player not in without]
    lush = Player("pad", "string_section")
    return [*kept, lush] if finish >= LUSH_FROM and lush not in kept and refusals.allow(lush.instrument) else kept


def _seated(member: Member, allowed: list[str], index: int, brief: Brief) -> Player:
    weight = 0.5 if brief.request.style_weight is None else brief.request.style_weight
    weights = [(2.0 / (i + 1)) ** (2.0 * weight) for i in range(len(allowed))]
    return Player(member.role, drawn(allowed, brief.seed, brief.take, "band", index, weights=weights))


def guest(instrument: str) -> Player:
    """The part that an instrument takes where the style has no place for it."""
    role = next((member.role for member in SHARED.guests if instrument in member.instruments), "counter")
    return Player(role, instrument)


def _displaced(player: Player, players: Iterable[Player], asked: list[str]) -> bool:
    """A kit or a bass that was asked for sends the style's own home; others play beside each other."""
    if player.role not in ("drums", "bass") or player.instrument in asked:
        return False
    return any(other.role == player.role and other.instrument in asked for other in players)


def _completed(players: list[Player], style: Style, refusals: Refusals) -> list[Player]:
    """The band with a stand-in in every needed place that refusals left empty."""
    wanted = {member.role for member in style.band}
    for role in NEEDED:
        if role == "lead" or role in wanted:
            have = any(p.role == role or (role == "chords" and p.role in ("pad", "arpeggio", "chords")) for p in players)
            stand_in = next((i for i in STAND_INS[role] if refusals.allow(i)), None)
            if not have and stand_in:
                players.append(Player(role, stand_in))
    if not players:
        players.append(Player("lead", "grand_piano"))
    return players


def member_of(player: Player, style: Style) -> Member:
    """The place that a player fills: the style's, else the way that this instrument plays as a guest."""
    fitting = [m for m in style.band if m.role == player.role and player.instrument in m.instruments]
    guests = [m for m in SHARED.guests if player.instrument in m.instruments]
    family = [m for m in style.band if m.role == player.role]
    found = (fitting or [g for g in guests if g.role == player.role] or family or guests)[0]
    return found.model_copy(update={"role": player.role})
