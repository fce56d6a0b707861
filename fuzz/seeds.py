#!/usr/bin/env python3
"""Seeds for the fuzz targets: the project's own small files, by target, into fuzz/seeds (not committed)."""
import gzip, io, json, pathlib, struct, zipfile, zlib

root = pathlib.Path(__file__).resolve().parent.parent
seeds = root / "fuzz/seeds"


def put(target, name, data):
    folder = seeds / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


demo = root / "datasets/demo/files"
for file in sorted((root / "tests/cases").glob("*.toml"))[:20]:
    put("site_toml", file.name, file.read_bytes())
for file in sorted(demo.iterdir()):
    data, tail = file.read_bytes(), file.suffix
    if len(data) > 200_000:
        continue
    if tail == ".csv":
        for target in ("ledger", "hole_log", "picks"):
            put(target, file.name, data)
    elif tail == ".dxf":
        put("dxf", file.name, data)
    elif tail == ".geojson":
        put("geojson", file.name, data)
    elif tail == ".grd":
        put("raster", file.name, data)
    elif tail == ".xlsx":
        put("workbook", file.name, data)
head = "0\nSECTION\n2\nENTITIES\n"
tail = "0\nENDSEC\n0\nEOF\n"
for name, body in {
    "line": "0\nLINE\n8\nF\n10\n0\n20\n0\n11\n9\n21\n9\n",
    "poly": "0\nLWPOLYLINE\n8\nF\n70\n1\n10\n0\n20\n0\n42\n0.5\n10\n9\n20\n0\n10\n9\n20\n9\n",
    "spline": "0\nSPLINE\n8\nF\n71\n3\n40\n0\n40\n0\n40\n0\n40\n0\n40\n1\n40\n1\n40\n1\n40\n1\n10\n0\n20\n0\n10\n1\n20\n2\n10\n3\n20\n2\n10\n4\n20\n0\n",
    "hatch": "0\nHATCH\n8\nF\n30\n0\n91\n1\n92\n1\n93\n2\n72\n1\n10\n0\n20\n0\n11\n9\n21\n0\n72\n2\n10\n4\n20\n0\n40\n5\n50\n0\n51\n180\n73\n1\n",
    "insert": "0\nINSERT\n8\nF\n2\nB\n66\n1\n10\n5\n20\n5\n70\n3\n44\n2\n0\nATTRIB\n2\nNO\n1\n\\M+5B2C9\n0\nSEQEND\n",
    "polyface": "0\nPOLYLINE\n8\nF\n70\n64\n0\nVERTEX\n70\n192\n10\n0\n20\n0\n30\n0\n0\nVERTEX\n70\n192\n10\n1\n20\n0\n30\n0\n0\nVERTEX\n70\n192\n10\n1\n20\n1\n30\n0\n0\nVERTEX\n70\n128\n71\n1\n72\n2\n73\n3\n0\nSEQEND\n",
}.items():
    put("dxf", name, head + body + tail)
block = "0\nSECTION\n2\nBLOCKS\n0\nBLOCK\n2\nB\n10\n0\n20\n0\n0\nLINE\n8\n0\n10\n0\n20\n0\n11\n1\n21\n1\n0\nENDBLK\n0\nENDSEC\n"
put("dxf", "block", block + head + "0\nINSERT\n8\nF\n2\nB\n10\n5\n20\n5\n41\n2\n50\n30\n" + tail)
gocad = "GOCAD TSurf 1\nHEADER {\nname:a\n}\nZPOSITIVE Depth\nTFACE\nVRTX 1 0 0 0\nVRTX 2 1 0 0\nPVRTX 3 0 1 0 7\nATOM 4 1\nTRGL 1 2 3\nEND\n"
put("gocad", "ts", gocad)
put("gocad", "pl", "GOCAD PLine 1\nHEADER {\nname:b\n}\nILINE\nVRTX 1 0 0 0\nVRTX 2 1 0 0\nSEG 1 2\nEND\n")
put("gocad", "wl", "GOCAD Well 1\nHEADER {\nname:w\n}\nWREF 1 2 3\nPATH_ZM_UNIT ft\nSTATION 0 0 0\nSTATION 20 3 104\nPATH 0 0 0 0\nPATH 9 -9 1 0\nWELL_CURVE\nEND_CURVE\nEND\n")
put("stl", "text", "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid a\n")
put("stl", "binary", bytes(80) + struct.pack("<I", 1) + struct.pack("<12fH", *range(12), 0))
put("obj", "a", "o a\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\nf -1/1 -2/2 -3/3\n")
ply = "ply\nformat {} 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n"
put("ply", "text", ply.format("ascii") + "0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n")
put("ply", "binary", ply.format("binary_little_endian").encode() + struct.pack("<9fB3i", 0, 0, 0, 1, 0, 0, 0, 1, 0, 3, 0, 1, 2))
las = "~V\nVERS. 2.0 :\nWRAP. {} :\n~W\nSTRT.M 1:\nNULL. -999.25:\nWELL. W1 :\n~C\nDEPT.FT : depth\nGR.API : gamma\nGR.API : again\n~A\n"
put("well_log", "two", las.format("NO") + "1 2 3\n2 -999.25 1.5-999.25\n")
put("well_log", "wrapped", las.format("YES") + "1\n2 3\n2\n5 6\n")
put("hole_log", "log", "序号,名称,厚度/m\n3,泥岩,2.5\n2,3煤,1.2\n1,砂岩,4\n")
put("picks", "wide", "IDS,LONGITUDE,LATITUDE,TOP_A,THICK_A\n1C,-89.1,38.2,120,4.5\n")
put("ledger", "wkt", "编号,WKT,落差/m\nF1,\"LINESTRING(0 0, 1 1)\",210–260\n")
put("ledger", "comma", "孔号;X;Y;孔深\nA;4873210,5;38512345,25;1.234,5\n")
put("geo3dml", "model", '<?xml version="1.0"?><g:Geo3DModel xmlns:g="x"><GeoFeatureClass id="c"><name>断层</name><GeoFeature id="f"><name>F1</name><Fields><Field Name="throw"><value>12</value></Field></Fields><Shape><LineString><posList srsDimension="3">0 0 1 10 5 1</posList></LineString></Shape></GeoFeature><GeoFeature id="b"><Shape><GeoTin><Vertex IndexNo="0">0 0 0</Vertex><Vertex>1 0 0</Vertex><Vertex>0 1 0</Vertex><Triangle><VertexList>0 1 2</VertexList></Triangle></GeoTin></Shape></GeoFeature></GeoFeatureClass></g:Geo3DModel>')
array = zlib.compress(struct.pack("<9d", 0, 0, 0, 1, 0, 0, 0, 1, 0))
corners = zlib.compress(struct.pack("<3q", 0, 1, 2))
index = {
    "v": {"array": {"start": 60, "length": len(array), "dtype": "<f8"}, "__class__": "Vector3Array"},
    "t": {"array": {"start": 60 + len(array), "length": len(corners), "dtype": "<i8"}, "__class__": "Int3Array"},
    "g": {"origin": [0, 0, 0], "vertices": "v", "triangles": "t", "__class__": "SurfaceGeometry"},
    "e": {"name": "s", "geometry": "g", "__class__": "SurfaceElement"},
    "p": {"elements": ["e"], "origin": [0, 0, 0], "__class__": "Project"},
}
body = array + corners
put("omf", "one", bytes([0x84, 0x83, 0x82, 0x81]) + b"OMF-v0.9.0".ljust(32, b"\0") + bytes(16) + struct.pack("<Q", 60 + len(body)) + body + json.dumps(index).encode())
two = io.BytesIO()
with zipfile.ZipFile(two, "w") as archive:
    archive.writestr("index.json.gz", gzip.compress(json.dumps({"elements": [{"name": "g", "geometry": {"type": "GridSurface", "orient": {"origin": [0, 0, 0], "u": [1, 0, 0], "v": [0, 1, 0]}, "grid": {"type": "Regular", "size": [1, 1], "count": [2, 2]}}}]}).encode(), mtime=0))
put("omf", "two", two.getvalue())
cloud = bytearray(227)
cloud[:4] = b"LASF"
cloud[24:26] = bytes([1, 2])
struct.pack_into("<HII", cloud, 94, 227, 227, 0)
struct.pack_into("<BHI", cloud, 104, 0, 20, 3)
struct.pack_into("<3d3d", cloud, 131, 0.01, 0.01, 0.01, 0, 0, 0)
for point in ((0, 0, 0), (1000, 0, 5), (0, 1000, 9)):
    cloud += struct.pack("<3iHBBbBH", *point, 0, 0, 0, 0, 0, 0)
put("point_cloud", "three", bytes(cloud))
put("geojson", "line", json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "F1", "throw": 3}, "geometry": {"type": "LineString", "coordinates": [[112.5, 37.5], [112.6, 37.6]]}}]}))
put("raster", "dsaa", "DSAA\n2 2\n0 1\n0 1\n1 4\n1 2\n3 1.70141e38\n")
put("microseisms", "fixed", "  DATE        TIME      X        Y        Z      MAG\n2024-01-02  03:04:05  1000.00  2000.00  -450.0   1.2\n2024-01-03  13:14:15  1010.00  2020.00  -451.5  -0.3\n2024-01-04  23:24:25  1020.00  2040.00  -452.0   0.8\n")
put("microseisms", "csv", "时间,X,Y,Z,能量/J\n2024-01-02 03:04:05,1000,2000,-450,1.2e4\n")
put("plan", "faces", "工作面,煤层,采高/m,回采起止,计划产量/万t,接替面\n11301,3,2.5,2026.1-2026.10,120,11302\n11302,3,2.4,2026年11月至2027年8月,90,\n")
put("ms_project", "two", '<?xml version="1.0"?><Project xmlns="http://schemas.microsoft.com/project"><Name>P</Name><ExtendedAttributes><ExtendedAttribute><FieldID>1</FieldID><Alias>煤层</Alias></ExtendedAttribute></ExtendedAttributes><Tasks><Task><UID>1</UID><Name>11301工作面回采</Name><Start>2026-01-01T08:00:00</Start><Finish>2026-10-01T17:00:00</Finish><ExtendedAttribute><FieldID>1</FieldID><Value>3</Value></ExtendedAttribute></Task><Task><UID>2</UID><Name>11302运输顺槽掘进</Name><Start>2026-02-01T08:00:00</Start><Finish>2026-05-01T17:00:00</Finish><PredecessorLink><PredecessorUID>1</PredecessorUID></PredecessorLink></Task></Tasks></Project>')
