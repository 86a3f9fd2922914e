// duck.mjs - the bench's three questions as SQL, for DuckDB. Prints one line: the answer.
//
//   node duck.mjs MODULES count    LINES LOG THREADS    which rules does each line fit? (line, rule) pairs
//   node duck.mjs MODULES sessions LINES LOG THREADS    paths of an address's sessions: how many, how many different,
//                                                       the five commonest
//   node duck.mjs MODULES edges    CSV THREADS          what follows what in each case: edges, their sum, the sum of squares
//
// MODULES: the node_modules folder with @duckdb/node-api. LINES: what `rules.py --lines` prints.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [modules, question, ...rest] = process.argv.slice(2);
const duckdb = createRequire(modules + '/')('@duckdb/node-api');
const file = rest.at(-2), threads = rest.at(-1);
const quote = text => `'${text.replaceAll("'", "''")}'`;
const rules = question === 'edges' ? [] :
    readFileSync(rest[0], 'utf8').trimEnd().split('\n').map(line => line.split('\t'));
const log = `read_csv(${quote(file)}, columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', escape = '',
             header = false, auto_detect = false)`;

const sql = {
    count: () => `SELECT ${rules.map(([, p]) => `count(*) FILTER (regexp_matches(line, ${quote(p)}))`).join(' + ')} FROM ${log}`,
    sessions: () => `
        WITH hits AS (
            SELECT row_number() OVER () AS n, split_part(line, ' ', 1) AS who,
                   strptime(regexp_extract(line, '\\[([^\\]]+)\\]', 1), '%d/%b/%Y:%H:%M:%S %z') AS time,
                   CASE ${rules.map(([name, p]) => `WHEN regexp_matches(line, ${quote(p)}) THEN ${quote(name)}`).join(' ')} END AS what
            FROM ${log}),
        pauses AS (
            SELECT *, time - lag(time) OVER (PARTITION BY who ORDER BY time, n) >= INTERVAL 30 MINUTE AS pause
            FROM hits WHERE what IS NOT NULL),
        numbered AS (
            SELECT *, count(*) FILTER (pause) OVER (PARTITION BY who ORDER BY time, n ROWS UNBOUNDED PRECEDING) AS session
            FROM pauses),
        paths AS (SELECT string_agg(what, ' > ' ORDER BY time, n) AS path FROM numbered GROUP BY who, session),
        counted AS (SELECT path, count(*) AS n FROM paths GROUP BY path)
        SELECT sum(n) || ' ' || count(*) || ' ' || array_to_string(list_slice(list(n ORDER BY n DESC), 1, 5), ' ') FROM counted`,
    edges: () => `
        WITH rows AS (SELECT row_number() OVER () AS n, * FROM read_csv(${quote(file)})),
        steps AS (SELECT activity AS a, lead(activity) OVER (PARTITION BY "case" ORDER BY time, n) AS b FROM rows),
        counted AS (SELECT a, b, count(*) AS n FROM steps WHERE b IS NOT NULL GROUP BY a, b)
        SELECT count(*) || ' ' || sum(n) || ' ' || sum(n * n) FROM counted`,
}[question]();

const connection = await (await duckdb.DuckDBInstance.create(':memory:', { threads })).connect();
const reader = await connection.runAndReadAll(sql);
console.log(String(reader.getRows()[0][0]));
