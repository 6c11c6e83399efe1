#!/usr/bin/env python3
"""plant.py IN.xlsx OUT.xlsx EDITS.json: writes into cells of the first sheet as a person or a program would.

EDITS: {"cells": {"B7": {"text": "…"} | {"number": "2.5"} | {"fault": "#REF!"} | {"formula": "SUM(A1)", "result": "3"}
| {"copy": "A8"}}, "merge": ["C3:C4"]}. Nothing but the standard library; the rest of the file stays as it is."""
import json
import re
import sys
import zipfile
from xml.sax.saxutils import escape

SHEET = 'xl/worksheets/sheet1.xml'


def cell_pattern(ref):
    return re.compile(r'<c r="%s"((?: [a-z]+="[^"]*")*)(?:/>|>(.*?)</c>)' % ref, re.S)


def made(ref, style, edit, xml):
    if 'copy' in edit:
        other = cell_pattern(edit['copy']).search(xml)
        return '<c r="%s"%s>%s</c>' % (ref, other.group(1), other.group(2))
    if 'number' in edit:
        return '<c r="%s"%s><v>%s</v></c>' % (ref, style, escape(edit['number']))
    if 'fault' in edit:
        return '<c r="%s"%s t="e"><f>Sheet9!A1</f><v>%s</v></c>' % (ref, style, escape(edit['fault']))
    if 'formula' in edit:
        return '<c r="%s"%s><f>%s</f><v>%s</v></c>' % (ref, style, escape(edit['formula']), escape(edit['result']))
    return '<c r="%s"%s t="inlineStr"><is><t>%s</t></is></c>' % (ref, style, escape(edit['text']))


def plant(xml, edits):
    for ref, edit in edits.get('cells', {}).items():
        found = cell_pattern(ref).search(xml)
        style = re.search(r' s="\d+"', found.group(1)) if found else None
        cell = made(ref, style.group(0) if style else '', edit, xml)
        if found:
            xml = xml[:found.start()] + cell + xml[found.end():]
            continue
        number = re.search(r'\d+', ref).group(0)
        row = re.search(r'<row r="%s"[^>]*>' % number, xml)
        if row:
            end = xml.index('</row>', row.end())
            xml = xml[:end] + cell + xml[end:]
        else:
            xml = xml.replace('</sheetData>', '<row r="%s">%s</row></sheetData>' % (number, cell))
    merges = edits.get('merge', [])
    if merges:
        part = ''.join('<mergeCell ref="%s"/>' % m for m in merges)
        xml = xml.replace('</sheetData>', '</sheetData><mergeCells count="%d">%s</mergeCells>' % (len(merges), part))
    return xml


def main():
    source, target, edits = sys.argv[1:4]
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == SHEET:
                data = plant(data.decode(), json.load(open(edits, encoding='utf-8'))).encode()
            new.writestr(name, data)


main()
