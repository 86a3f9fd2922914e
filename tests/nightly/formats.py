"""The formats of their own that the projects of crash.py and year.py read."""
FORMATS = {
    'plain': """format: plain
title: lines of syslog, which have no year
reader: lines
layout: '%{time} host app: %{who} %{what}'
time: {field: time, formats: ['%b %e %H:%M:%S']}
""",
    'sheet': """format: sheet
title: a table
reader: csv
recognise: [time, who, what]
time: {field: time, formats: [iso8601]}
""",
}
