"""What was learned from human songs: how their rhythms go on, their pitches, their plans, and what must not be copied.

`training/melody` makes the weights; here they run on numpy alone. `corpus` names the two sets of weights.
"""
