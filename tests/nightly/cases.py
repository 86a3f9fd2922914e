#!/usr/bin/env python3
"""The cases in which programs that keep a place in a log count twice or lose: each with the true
count, which is exact for us. The truth is what was written: these lines have numbers.

    cases.py [--touchpath FILE] [--rules DIR] [CASE...]

The cases are in cases_of_files.py and cases_of_state.py, what they are made with in case.py.
What GoAccess 1.7 and AWStats 7.8 gave for cases of this kind: docs/nightly.md.
"""
import argparse
import os
import shutil
import sys

import cases_of_files
import cases_of_state
from case import Case, Skipped

CASES = cases_of_files.CASES + cases_of_state.CASES


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser()
    p.add_argument('--touchpath', default=f'{here}/../../build/touchpath')
    p.add_argument('--rules', default=f'{here}/../../rules')
    p.add_argument('only', nargs='*')
    args = p.parse_args()
    args.touchpath, args.rules = os.path.abspath(args.touchpath), os.path.abspath(args.rules)
    failed = skipped = 0
    for case in CASES:
        if args.only and case.__name__ not in args.only:
            continue
        c = Case(args)
        try:
            case(c)
        except Skipped as e:
            skipped += 1
            print(f'{case.__name__}: skipped: {e}')
        except Exception as e:  # the next case is to be tried, too
            failed += 1
            print(f'{case.__name__}: {type(e).__name__}: {e}')
        shutil.rmtree(c.root)
    print(f'{len(CASES) - failed - skipped} cases exact, {failed} not, {skipped} skipped')
    return 1 if failed else 0


sys.exit(main())
