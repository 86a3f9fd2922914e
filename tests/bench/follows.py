"""What follows what in a CSV of case, activity and time, by pm4py: the number of edges, the sum of their counts and of its squares.

Usage: follows.py EVENTS.csv, in a Python that has pm4py. Each step is the one of its manual."""
import sys, warnings

warnings.simplefilter("ignore")
import pandas
import pm4py

log = pandas.read_csv(sys.argv[1])
log["time"] = pandas.to_datetime(log["time"], utc=True)
log = pm4py.format_dataframe(log, case_id="case", activity_key="activity", timestamp_key="time")
n = [int(count) for count in pm4py.discover_dfg(log)[0].values()]
print(len(n), sum(n), sum(x * x for x in n))
