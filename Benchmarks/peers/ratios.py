"""Medians, ratios with their intervals, and geometric means."""
import math
import random
import statistics


def usable_rounds(chunks):
    """Indices of undisturbed rounds; all of them where fewer than five are undisturbed."""
    clean = [i for i, c in enumerate(chunks) if not c['disturbed']]
    return clean if len(clean) >= 5 else list(range(len(chunks)))


def samples(chunks, rounds):
    return [t for i in rounds for t in chunks[i]['t']]


def quantile(values, q):
    """Linear interpolation between order statistics."""
    v = sorted(values)
    place = q * (len(v) - 1)
    low = math.floor(place)
    high = min(low + 1, len(v) - 1)
    return v[low] + (v[high] - v[low]) * (place - low)


def outliers(values):
    """Samples more than five scaled median absolute deviations above the median."""
    middle = statistics.median(values)
    deviation = 1.4826 * statistics.median(abs(v - middle) for v in values)
    return sum(v > middle + 5 * max(deviation, 0.005 * middle) for v in values)


def ratio(peer, own, seed=1, resamples=2000, confidence=0.95):
    """How many times as long the peer takes, with a bootstrap interval over the rounds that both have in common.

    The ratio of each round's medians is robust to drift that hits both; rounds are resampled whole, since runs within one are not independent.
    Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (percentile intervals).
    """
    common = sorted(set(usable_rounds(peer)) & set(usable_rounds(own)))
    if len(common) < 5:                                 # too few for an interval: disturbed rounds are better than none
        common = list(range(min(len(peer), len(own))))
    each = [statistics.median(peer[i]['t']) / statistics.median(own[i]['t']) for i in common]
    generator = random.Random(seed)
    drawn = [statistics.median(generator.choices(each, k=len(each))) for _ in range(resamples)]
    tail = (1 - confidence) / 2
    return dict(ratio=statistics.median(each), low=quantile(drawn, tail), high=quantile(drawn, 1 - tail), rounds=len(common))


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))
