"""Writes the logs: first, and how they are found in the second night."""
import gzip
import io
import sys
import tarfile

HEAD = "id,user,time,event\n"
ROWS = [f"{i},u{i % 5},2026-01-{1 + i // 4:02d}T{8 + i % 4:02d}:00:00Z,{('home', 'order', 'other')[i % 3]}\n"
        for i in range(20)]
A = HEAD + "".join(ROWS[:12]) + "13,boss,2026-01-02T09:00:00Z,order\n,,,\n14,u1,never,home\ntorn\n"
C = HEAD + "".join(ROWS[10:16])  # two of them were read before, with the same id


def put(name, data):
    with open(name, "wb") as to:
        to.write(data)


def packed(text):
    return gzip.compress(text.encode(), mtime=0)


def main():
    if sys.argv[1] == "first":
        put("shop-a.csv", A.encode())
        put("shop-b.csv.gz", packed(A))  # a copy
        whole = packed(HEAD + "".join(r.replace("u", "v", 1) for r in ROWS))
        put("shop-cut.csv.gz", whole[:-20])
        put("links.csv", b"user,mail\nu1,one@example.com\nu2,two@example.com\n,nobody\n")
        with tarfile.open("shop-c.tar", "w") as tar:
            info = tarfile.TarInfo("c.csv")
            info.size = len(C)
            tar.addfile(info, io.BytesIO(C.encode()))
    else:
        put("shop-a.csv", (A + "".join(ROWS[16:18]) + ROWS[18][:-4]).encode())  # grown, half a line
        put("shop-a2.csv.gz", packed(A))  # compressed after the fact
        put("shop-d.csv", (HEAD + "".join(ROWS[16:])).encode())


main()
