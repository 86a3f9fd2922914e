"""A folder as people keep it: logs in rotation, exports of several systems, archives of both, a Maildir, and what is none of it."""
import gzip, io, os, tarfile, zipfile

LOG = '192.0.2.%d - ana [%02d/Sep/2026:10:00:00 +0000] "GET /pricing HTTP/1.1" 200 512 "-" "Mozilla/5.0"\n'
SHOP = "Review Id,Review Created (UTC),Review Stars,Reference Id,Consumer Email\nr1,2026-09-03 09:00:00,5,1001,ana@example.com\n"
MAIL = "From: Ana <ana@example.com>\nTo: support@shop.example.com\nSubject: help\nDate: Thu, 03 Sep 2026 11:00:0%d +0000\nMessage-ID: <m%d@example.com>\n\nhelp\n"


def put(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def tar(path, members):
    with tarfile.open(path, "w:gz") as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1788500000
            t.addfile(info, io.BytesIO(data))


put("exports/web/access.log", LOG % (1, 2))
put("exports/web/access.log.1", LOG % (2, 1))
put("exports/web/access.log.2.gz", gzip.compress((LOG % (3, 1)).encode(), mtime=0))
put("exports/crm/stars [new]*.csv", "\ufeff" + SHOP.replace("\n", "\r\n"))
put("exports/crm/Kunden.csv", "Kunde;Datum;Größe\nbo@example.com;03.09.2026;1\nbo@example.com;04.09.2026;2\n".encode("cp1252"))
put("exports/crm/only-header.csv", SHOP.split("\n")[0] + "\n")
put("exports/crm/empty.csv", "")
put("exports/crm/notes.txt", "nothing to see here\n")
put("exports/.hidden/access.log", LOG % (9, 9))
for i in (1, 2):
    put(f"exports/Maildir/cur/{i}.x:2,{'S' * i}", MAIL % (i, i))
with zipfile.ZipFile("exports/crm/all.zip", "w") as z:
    z.writestr("a/stars.csv", SHOP.replace("r1", "r2"))
    z.writestr("a/old/access.log.gz", gzip.compress((LOG % (4, 1)).encode(), mtime=0))
    z.writestr("a/README", "nothing\n")
tar("exports/logs.tar.gz", [("./one.log", (LOG % (5, 1)).encode()), ("./two.log", (LOG % (6, 1)).encode())])
os.utime("exports/crm/all.zip", (1788500000, 1788500000))
