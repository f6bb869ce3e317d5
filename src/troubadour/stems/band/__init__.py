"""The band: sampled and synthesised instruments, and how they are played.

`play` turns written notes into played ones, `sounds` says which sound each instrument has, `sampler` and `synths` make
voices out of played notes, `voices` adds them up: whole numbers, so that sums have no order.
"""
