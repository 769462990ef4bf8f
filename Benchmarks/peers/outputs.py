"""Compares an engine's outputs with the reference, which was computed in double precision."""
import numpy as np

# fp32 with F(6x6,3x3) Winograd stays well below these through a hundred layers; another network or a lower precision does not.
RELATIVE_L2 = 1e-3
RELATIVE_MAX = 1e-2


def compare(path, reference_path):
    """Errors of each output: relative L2, and the largest absolute error as a share of the largest value."""
    with np.load(path) as file:
        found = [file[name] for name in file.files]
    with np.load(reference_path) as file:
        wanted = [file[name] for name in file.files]
    if [f.shape for f in found] != [w.shape for w in wanted]:
        return dict(right=False, why=f'shapes {[list(f.shape) for f in found]}, not {[list(w.shape) for w in wanted]}')
    l2, largest = [], []
    for f, w in zip(found, wanted):
        f, w = f.astype(np.float64), w.astype(np.float64)
        l2.append(float(np.linalg.norm(f - w) / np.linalg.norm(w)))
        largest.append(float(np.abs(f - w).max() / np.abs(w).max()))
    right = all(e <= RELATIVE_L2 for e in l2) and all(e <= RELATIVE_MAX for e in largest)      # NaN is not right
    return dict(right=right, relative_l2=l2, relative_max=largest, tolerance_l2=RELATIVE_L2, tolerance_max=RELATIVE_MAX)
