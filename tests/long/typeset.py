"""Pages in columns: texts are typeset as PDF in several layouts, and their rows compared with those of the text itself.

    python3 -m venv .venv && .venv/bin/pip install pyarrow      # and Chromium, with fonts for Chinese: apt-get install chromium fonts-droid-fallback
    cargo build --release && cargo build --release -p gongbao-core --example blocks
    .venv/bin/python tests/long/typeset.py FOLDER [--manifest FILE] [--out DIR]

FOLDER holds plain texts. Each becomes a file of its own in 1, 3, 4 and 5 columns, and in 5
of ten characters each (`narrow`).
Two layouts more set several articles on each page of a newspaper, with headlines over columns, captions of pictures and a running head:
`page` one below the other, `mosaic` two beside each other and a third below them. For each layout the share of rows is told that stand in both: of the larger number of rows, and for each
document; the tables of each layout are left in DIR, for whatever else scores them. Ends with 1 where a layout has less than --least.
"""

import argparse
import collections
import csv
import html
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pyarrow.parquet as pq

COLUMNS = {
    "indicators": "indicator_code indicator entity measure value value_high unit bound status period_start period_end frequency area_code".split(),
    "investments": "event project investors project_count amount currency min_amount bound status period_start period_end area_code".split(),
}
CAPTION, KICKER, HEADLINE = "图为建设中的厂房一角（资料图片）", "本报记者集中采访见闻", "看今日城乡新面貌 听各界畅谈新打算"
STYLE = """@page { size: %s; margin: %s } body { font: 9.5pt/1.55 'Droid Sans Fallback'; margin: 0; text-align: justify }
p { text-indent: 2em; margin: 0 } h3 { font: bold 1em/1.6 'Droid Sans Fallback'; margin: 0 } h2 { font: bold 20pt/1.4 'Droid Sans Fallback'; text-align: center; margin: 6pt 0 }
.kicker { font: 12pt/1.5 'Droid Sans Fallback'; text-align: center; margin: 4pt 0 0 } .columns { column-count: %d; column-gap: 1.6em }
figure { margin: 0 0 6pt; break-inside: avoid } figure div { height: 60pt; background: #ccd } figcaption { font: 8pt/1.4 'Droid Sans Fallback' }
header { border-bottom: 1pt solid; font-size: 8pt } article { margin-bottom: 10pt }
.beside { display: grid; grid-template-columns: 3fr 1fr; gap: 1.6em }"""


def paragraphs(program, path):
    """The text's paragraphs: lines that a column wrapped are put together as the program does."""
    told = subprocess.run([program], input=path.read_text(encoding="utf-8"), capture_output=True, text=True, check=True).stdout
    return [line for line in told.split("\n") if line]


def is_prose(line):
    return re.search("[，。；：！？…]", line)


def with_caption(lines):
    """The lines with a caption in their midst, where prose stands."""
    places = [at for at in range(len(lines)) if is_prose(lines[at]) and (at == 0 or is_prose(lines[at - 1]))]
    at = min(places, key=lambda at: abs(at - len(lines) // 2), default=0)
    return [*lines[:at], CAPTION, *lines[at:]]


def article(lines, columns):
    def block(line):
        if line == CAPTION:
            return f"<figure><div></div><figcaption>{CAPTION}</figcaption></figure>"
        return f"<p>{html.escape(line)}</p>" if is_prose(line) else f"<h3>{html.escape(line)}</h3>"

    return f"<div class=columns style='column-count: {columns}'>{''.join(map(block, lines))}</div>"


def print_pdf(chromium, body, style, target, work):
    if target.exists():
        return
    page = work / "page.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}", encoding="utf-8")
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={work / 'profile'}", "--no-first-run", "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()]
    subprocess.run(command, capture_output=True, timeout=120, check=True)


def rows(out):
    """The rows of each document, without the places where they stand."""
    snapshot = out / "current"
    paths = {d["document_id"]: pathlib.Path(d["path"]).stem for d in pq.read_table(snapshot / "documents").to_pylist()}
    found = collections.defaultdict(collections.Counter)
    for table, columns in COLUMNS.items():
        if (snapshot / table).exists():
            for row in pq.read_table(snapshot / table).to_pylist():
                found[paths[row["document_id"]]][tuple(str(row.get(column)) for column in columns)] += 1
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--manifest", type=pathlib.Path)
    parser.add_argument("--program", default="target/release/gongbao")
    parser.add_argument("--blocks", default="target/release/examples/blocks")
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--least", type=float, default=0.98)
    parser.add_argument("--show", action="store_true", help="the rows that differ")
    options = parser.parse_args()
    texts = sorted(options.folder.glob("*.txt"))
    manifest = {}
    if options.manifest:
        with options.manifest.open(encoding="utf-8", newline="") as file:
            manifest = {pathlib.Path(row["path"]).stem: row for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as temporary:
        work = pathlib.Path(temporary)
        out = options.out or work / "out"
        lines = {text.stem: paragraphs(options.blocks, text) for text in texts}
        # Articles of one place and time stand on one page, so that what is known of the page holds for each.
        pages = collections.defaultdict(list)
        for stem in lines:
            row = manifest.get(stem, {})
            pages[(row.get("published"), row.get("area"), row.get("title"))].append(stem)

        def extract(name, make):
            folder = out / name / "documents"
            folder.mkdir(parents=True, exist_ok=True)
            entries = make(folder)
            with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, ["path", "published", "area", "title"])
                writer.writeheader()
                for path, stem in entries:
                    writer.writerow({"path": path, **{key: manifest.get(stem, {}).get(key, "") for key in ("published", "area", "title")}})
            shutil.rmtree(out / name / "tables", ignore_errors=True)
            configuration = out / name / "gongbao.toml"
            configuration.write_text("[output]\ndir = 'tables'\n[[sources]]\nname = 'a'\npaths = ['documents']\nmanifest = 'documents/manifest.csv'\n", encoding="utf-8")
            subprocess.run([options.program, "run", "-q", "--config", configuration], check=True, stdout=subprocess.DEVNULL)
            return out / name / "tables"

        def plain(folder):
            for text in texts:
                (folder / text.name).write_bytes(text.read_bytes())
            return [(text.name, text.stem) for text in texts]

        def columns(count, size="A3"):
            def make(folder):
                for stem, words in lines.items():
                    print_pdf(options.chromium, article(words, count), STYLE % (size, "18mm", count), folder / f"{stem}.pdf", work)
                return [(f"{stem}.pdf", stem) for stem in lines]

            return make

        def articles():
            """The articles of each page: above each its headline, among its paragraphs a caption."""
            for at, stems in enumerate(pages.values()):
                yield f"page-{at}", stems, [with_caption(lines[stem]) for stem in stems]

        def newspaper(folder):
            for name, _, bodies in articles():
                body = "<header>星河日报　要闻　2版</header>"
                for nth, words in enumerate(bodies):
                    body += f"<article><div class=kicker>{KICKER}</div><h2>{HEADLINE}</h2>{article(words, 3 + nth % 3)}</article>"
                print_pdf(options.chromium, body, STYLE % ("A3", "14mm", 4), folder / f"{name}.pdf", work)
            return [(f"{name}.pdf", stems[0]) for name, stems, _ in articles()]

        def newspaper_text(folder):
            for name, _, bodies in articles():
                words = "\n\n".join("\n".join([KICKER, HEADLINE, *words]) for words in bodies)
                (folder / f"{name}.txt").write_text(words, encoding="utf-8")
            return [(f"{name}.txt", stems[0]) for name, stems, _ in articles()]

        def threes():
            stems = list(lines)
            for at in range(0, len(stems), 3):
                yield f"mosaic-{at // 3}", stems[at : at + 3]

        def mosaic(folder):
            for name, stems in threes():
                blocks = [f"<div><h2>{HEADLINE}</h2>{article(with_caption(lines[stem]), count)}</div>" for stem, count in zip(stems, (3, 1, 4))]
                blocks += ["<div></div>"] * (3 - len(blocks))
                body = f"<header>星河日报　要闻　3版</header><div class=beside>{blocks[0]}{blocks[1]}</div>{blocks[2]}"
                print_pdf(options.chromium, body, STYLE % ("594mm 841mm", "14mm", 4), folder / f"{name}.pdf", work)
            return [(f"{name}.pdf", stems[0]) for name, stems in threes()]

        def mosaic_text(folder):
            for name, stems in threes():
                words = "\n\n".join("\n".join([HEADLINE, *with_caption(lines[stem])]) for stem in stems)
                (folder / f"{name}.txt").write_text(words, encoding="utf-8")
            return [(f"{name}.txt", stems[0]) for name, stems in threes()]

        layouts = [(f"columns-{count}", columns(count), plain) for count in (1, 3, 4, 5)] + [("narrow", columns(5, "A4"), plain), ("page", newspaper, newspaper_text), ("mosaic", mosaic, mosaic_text)]
        texts_of = {}
        is_short = False
        for name, make, text in layouts:
            if text not in texts_of:
                texts_of[text] = rows(extract(f"{text.__name__}", text))
            expected, found = texts_of[text], rows(extract(name, make))
            same = sum((expected[key] & found[key]).total() for key in expected)
            larger = max(sum(each.total() for each in expected.values()), sum(each.total() for each in found.values()))
            is_short |= same < options.least * larger
            print(f"{name}: {same} of {larger} rows, {same / max(larger, 1):.4f}", flush=True)
            if options.show:
                for key in expected:
                    for sign, rest in (("-", expected[key] - found[key]), ("+", found[key] - expected[key])):
                        for row in rest:
                            print(f"  {key} {sign} {' '.join(cell for cell in row if cell != 'None')}")
        sys.exit(1 if is_short else 0)


if __name__ == "__main__":
    main()
