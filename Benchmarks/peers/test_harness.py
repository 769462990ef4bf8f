#!/usr/bin/env python3
"""Tests of what the harness computes; no engine is needed, only numpy.  python3 test_harness.py"""
import os
import sys
import tempfile
import unittest

import numpy as np

import networks
import outputs
import ratios
import report
import turns


def chunk(*times, disturbed=False):
    return dict(t=list(times), wall=sum(times), cpu=sum(times), disturbed=disturbed)


def engine(name, times, right=True, peak=100):
    return dict(name=name, chunks=[chunk(t) for t in times], median_ms=1e3 * ratios.quantile(times, 0.5), outputs=dict(right=right), peak_bytes=peak,
                disturbed_rounds=0)


class Networks(unittest.TestCase):
    def test_macs_are_those_of_the_zoo(self):
        # GMAC at 640 px, as `zendet models --resolution 640` tells them (320 for DAMO-YOLO).
        for name, gmac in [('resnet18', 14.80), ('resnet50', 33.36), ('resnet101', 63.67), ('maedet-s', 19.35), ('damo-k1kx', 8.10)]:
            self.assertAlmostEqual(networks.build(name, 640).macs / 1e9, gmac, places=2)

    def test_outputs_are_c2_to_c5(self):
        for name in networks.NAMES:
            sides = [s[2] for s in networks.build(name, 640).output_shapes()]
            self.assertEqual(sides, [160, 80, 40, 20], name)

    def test_weights_do_not_depend_on_the_resolution(self):
        a, b = networks.build('mobilenetv2', 224), networks.build('mobilenetv2', 320)
        for name, array in a.named_weights().items():
            np.testing.assert_array_equal(array, b.named_weights()[name])

    def test_an_unknown_network_is_named(self):
        with self.assertRaisesRegex(KeyError, 'resnet5O'):
            networks.build('resnet5O', 224)


class Statistics(unittest.TestCase):
    def test_ratio_is_paired_by_rounds(self):
        # Drift of a factor of four hits both: the ratio is two in every round.
        drift = [1, 2, 4, 2, 1, 3, 2, 1, 4]
        found = ratios.ratio([chunk(2.0 * d) for d in drift], [chunk(1.0 * d) for d in drift])
        self.assertEqual((found['ratio'], found['low'], found['high'], found['rounds']), (2, 2, 2, 9))

    def test_disturbed_rounds_are_left_out_while_five_remain(self):
        chunks = [chunk(1.0)] * 5 + [chunk(9.0, disturbed=True)] * 3
        self.assertEqual(ratios.usable_rounds(chunks), [0, 1, 2, 3, 4])
        self.assertEqual(len(ratios.usable_rounds(chunks[1:])), 7)

    def test_outliers_are_counted(self):
        self.assertEqual(ratios.outliers([1.0, 1.01, 0.99, 1.0, 1.02, 3.0]), 1)

    def test_geometric_mean(self):
        self.assertAlmostEqual(ratios.geometric_mean([1, 4]), 2)

    def test_foreign_load_disturbs(self):
        self.assertTrue(turns.is_disturbed(dict(wall=1.0, foreign=0.2, steal=0), 1))
        self.assertFalse(turns.is_disturbed(dict(wall=1.0, foreign=0.2, steal=0), 4))
        self.assertFalse(turns.is_disturbed(dict(wall=1.0, foreign=None, steal=None), 1))


class Outputs(unittest.TestCase):
    def compare(self, found, wanted):
        with tempfile.TemporaryDirectory() as folder:
            paths = [os.path.join(folder, n) for n in ('a.npz', 'b.npz')]
            for path, arrays in zip(paths, (found, wanted)):
                np.savez(path, *arrays)
            return outputs.compare(*paths)

    def test_equal_near_far_and_nan(self):
        x = np.linspace(1, 2, 100, dtype=np.float32)
        self.assertTrue(self.compare([x], [x])['right'])
        self.assertTrue(self.compare([x * 1.0001], [x])['right'])
        self.assertFalse(self.compare([x * 1.01], [x])['right'])
        self.assertFalse(self.compare([x * np.nan], [x])['right'])
        self.assertIn('shapes', self.compare([x[:50]], [x])['why'])


class Table(unittest.TestCase):
    def row(self, *entries):
        return dict(network='resnet18', resolution=224, batch=1, threads=1, engines=list(entries))

    def test_wrong_outputs_are_no_best_peer(self):
        row = self.row(engine('zendet', [2.0] * 9), engine('fast', [1.0] * 9, right=False), engine('slow', [3.0] * 9))
        verdict = report.verdict(row)
        self.assertEqual((verdict['best'], verdict['ratio']['ratio']), ('slow', 1.5))
        self.assertIn('WRONG', report.markdown([row]))

    def test_failed_engines_are_shown(self):
        text = report.markdown([self.row(engine('zendet', [2.0] * 9), dict(name='gone', error='no module'), engine('slow', [3.0] * 9))])
        self.assertIn('failed', text)
        self.assertIn('**1.500**', text)


class Worker(unittest.TestCase):
    def start(self, program):
        return turns.Worker('fake', [sys.executable, '-c', program], [max(os.sched_getaffinity(0))], dict(os.environ), 60)

    def test_a_worker_that_dies_is_named_with_its_last_words(self):
        with self.assertRaisesRegex(turns.WorkerFailed, 'fake: ended with 3: out of luck'):
            self.start("import sys; print('out of luck', file=sys.stderr); sys.exit(3)")

    def test_a_first_line_that_is_not_ready(self):
        with self.assertRaisesRegex(turns.WorkerFailed, 'ready'):
            self.start("print('{}', flush=True); input()")

    def test_an_engine_that_fails_leaves_the_others_alone(self):
        good = ("import json; print('{\"ready\": true}', flush=True)\nfor line in iter(input, 'quit'): print(json.dumps("
                "dict(t=[0.5] * int(line.split()[1]), wall=0.5, cpu=0.5, foreign=0, steal=0)), flush=True)")
        workers = [self.start(good), self.start("print('{\"ready\": true}', flush=True); input()")]
        turns.take_turns(workers, 1, dict(rounds=3, samples=3, seconds=1, most_seconds=5, turn_seconds=0.5))
        self.assertEqual([len(w.chunks) for w in workers], [3, 0])
        self.assertIn('fake: ended with 0', workers[1].failure)
        for worker in workers:
            worker.quit()

    def test_answers_and_errors(self):
        worker = self.start("print('{\"ready\": true}', flush=True); input(); print('{\"error\": \"no\"}', flush=True); input()")
        with self.assertRaisesRegex(turns.WorkerFailed, "'run 1': no"):
            worker.ask('run 1')
        self.assertGreater(worker.peak_bytes(), 1 << 20)
        self.assertEqual(worker.check_affinity(), worker.cpus)
        worker.cpus = [worker.cpus[0] + 1]
        with self.assertRaisesRegex(turns.WorkerFailed, 'its threads may run on CPUs'):
            worker.check_affinity()
        worker.quit()


if __name__ == '__main__':
    unittest.main()
