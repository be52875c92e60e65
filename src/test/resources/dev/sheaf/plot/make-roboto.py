"""Roboto Regular's outlines of Latin-1 and a few more, a glyph a line (Debian's fonts-roboto-unhinted
and python3-fonttools)."""
from fontTools.ttLib import TTFont
from fontTools.pens.basePen import decomposeQuadraticSegment
from fontTools.pens.recordingPen import DecomposingRecordingPen
font = TTFont('/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf')
cmap, glyphs, hmtx = font.getBestCmap(), font.getGlyphSet(), font['hmtx']
codes = [*range(0x20, 0x7f), *range(0xa1, 0x100), *map(ord, '–−…≤≥σ⁰⁴⁵⁶⁷⁸⁹')]
print('# Roboto Regular, Copyright 2015 Google Inc., Apache License 2.0. A glyph a line: code point,')
print('# advance, outline of quadratic curves as in SVG paths; 2048 units are the font size, y points up.')
for code in codes:
    if code not in cmap or code == 0xad: continue
    pen = DecomposingRecordingPen(glyphs); glyphs[cmap[code]].draw(pen)
    out = []
    for op, args in pen.value:
        if op == 'moveTo': out.append('M %d %d' % args[0]); here = args[0]
        elif op == 'lineTo': out.append('L %d %d' % args[0])
        elif op == 'qCurveTo':
            if args[-1] is None:  # a contour without a point on the curve: begin halfway between two
                start = tuple((a + b) / 2 for a, b in zip(args[-2], args[0]))
                out.append('M %g %g' % start)
                args = (*args[:-1], start)
            for c, p in decomposeQuadraticSegment(args): out.append('Q %g %g %g %g' % (*c, *p))
        elif op == 'closePath': out.append('Z')
    print(code, hmtx[cmap[code]][0], *out)
