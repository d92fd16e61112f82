"""Figures of several rounds as one."""

from statistics import median

from bench.measure import Measured


def compared(ours: list[Measured], peers: list[Measured]) -> tuple[Measured, Measured, float]:
    """The round in the middle of each, by CPU, and the median of the rounds' ratios."""
    ratios = [peer.cost.cpu / one.cost.cpu for one, peer in zip(ours, peers, strict=True)]
    return middle(ours), middle(peers), median(ratios)


def middle(rounds: list[Measured]) -> Measured:
    return sorted(rounds, key=lambda one: one.cost.cpu)[len(rounds) // 2]


def spread(one: Measured) -> str:
    return f"p50 {one.figures['p50']:.1f}, p99 {one.figures['p99']:.1f} ms, {one.per_second:,.0f}/s"
