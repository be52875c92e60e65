// Makes the Zarr v3 arrays beside it; make.py makes the Zarr v2 arrays. The arrays hold `cube` of
// ../cli/arrays/make.py where nothing else is said.
//
// Run with JDK 25 and, from Maven Central and without what else they depend on, in a folder lib,
//     dev.zarr:zarr-java:0.0.9
//     edu.ucar:cdm:4.5.5
//     com.fasterxml.jackson.core:jackson-core:2.14.2, jackson-databind:2.14.2 and
//         jackson-annotations:2.14.2
//     com.fasterxml.jackson.datatype:jackson-datatype-jdk8:2.14.2
//     com.google.code.findbugs:jsr305:3.0.2
//     com.scalableminds:blosc-java:0.1-1.21.4
//     com.github.luben:zstd-jni:1.5.5-7
//     org.slf4j:slf4j-api:1.7.36
// and with this folder's path as the argument:
//     javac -d classes DataType.java
//     java --enable-native-access=ALL-UNNAMED --class-path 'classes:lib/*' Make.java .
//
// Zarr-java is made for edu.ucar:cdm-core:5.9.1, which is not in Maven Central. Cdm 4.5.5 has all of it
// that is needed but for two things. One is the unsigned types; DataType.java, ahead of it on the class
// path, holds this:
//     package ucar.ma2;
//     public enum DataType {
//         BOOLEAN(boolean.class), BYTE(byte.class), SHORT(short.class), INT(int.class),
//         LONG(long.class), UBYTE(byte.class), USHORT(short.class), UINT(int.class),
//         ULONG(long.class), FLOAT(float.class), DOUBLE(double.class);
//         private final Class<?> type;
//         DataType(Class<?> type) { this.type = type; }
//         public Class getPrimitiveClassType() { return type; }
//     }
// The other is the bytes of an array of integers in a given order, so that the class Bytes below takes
// the place of the library's own codec for these when it writes, and for shards' indices also when it
// reads. All else is the library's.

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.scalableminds.bloscjava.Blosc;
import dev.zarr.zarrjava.ZarrException;
import dev.zarr.zarrjava.core.chunkkeyencoding.Separator;
import dev.zarr.zarrjava.store.FilesystemStore;
import dev.zarr.zarrjava.store.StoreHandle;
import dev.zarr.zarrjava.v3.Array;
import dev.zarr.zarrjava.v3.ArrayMetadataBuilder;
import dev.zarr.zarrjava.v3.DataType;
import dev.zarr.zarrjava.v3.Group;
import dev.zarr.zarrjava.v3.codec.Codec;
import dev.zarr.zarrjava.v3.codec.core.BloscCodec;
import dev.zarr.zarrjava.v3.codec.core.BytesCodec;
import dev.zarr.zarrjava.v3.codec.core.Crc32cCodec;
import dev.zarr.zarrjava.v3.codec.core.GzipCodec;
import dev.zarr.zarrjava.v3.codec.core.ShardingIndexedCodec;
import dev.zarr.zarrjava.v3.codec.core.TransposeCodec;
import dev.zarr.zarrjava.v3.codec.core.ZstdCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.UnaryOperator;
import ucar.ma2.IndexIterator;

final class Make {
    private static Path folder;

    private Make() {}

    public static void main(String[] arguments) throws Exception {
        // Without other threads, the library puts the inner chunks of a shard in the same order again.
        System.setProperty("java.util.concurrent.ForkJoinPool.common.parallelism", "0");
        folder = Path.of(arguments[0]);
        var little = new Bytes(BytesCodec.Endian.LITTLE);
        var big = new Bytes(BytesCodec.Endian.BIG);
        var gzip = new GzipCodec(new GzipCodec.Configuration(6));
        var cube = cube();

        write("gzip.zarr", cube, a -> a.withChunkShape(8, 6, 7).withCodecs(big, gzip));
        var checked = new ZstdCodec(new ZstdCodec.Configuration(5, true));
        write("zstd.zarr", cube, a -> a.withChunkShape(10, 20, 3)
                .withFillValue("NaN")
                .withCodecs(little, checked, new Crc32cCodec()));
        var bits = new BloscCodec.Configuration(
                Blosc.Compressor.ZSTD, Blosc.Shuffle.BIT_SHUFFLE, 5, 8, 0);
        write("blosc.zarr", cube, a -> a.withChunkShape(16, 20, 7)
                .withDimensionNames("z", "y", "x")
                .withCodecs(little, blosc(bits)));
        var bytes = new BloscCodec.Configuration(
                Blosc.Compressor.LZ4, Blosc.Shuffle.BYTE_SHUFFLE, 9, 8, 0);
        write("blosc-lz4.zarr", cube, a -> a.withChunkShape(31, 20, 4).withCodecs(big, blosc(bytes)));
        write("transposed.zarr", cube, a -> a.withChunkShape(11, 9, 5)
                .withV2ChunkKeyEncoding(Separator.DOT)
                .withCodecs(transpose(2, 0, 1), little, gzip));

        int[] inner = {8, 4, 7};
        var zstd = new ZstdCodec(new ZstdCodec.Configuration(5, false));
        write("sharded.zarr", cube, a -> a.withChunkShape(16, 12, 7)
                .withCodecs(sharding(inner, "end", little, zstd)));
        write("sharded-start.zarr", cube, a -> a.withChunkShape(16, 12, 7)
                .withDefaultChunkKeyEncoding(Separator.DOT)
                .withCodecs(sharding(inner, "start", transpose(1, 2, 0), big, gzip)));

        // Four of the twelve chunks exist, and with shards, in two of the four shards.
        var sparse = ucar.ma2.Array.factory(ucar.ma2.DataType.SHORT, new int[] {50, 40});
        for (int i = 0; i < 50 * 40; i++) {
            int row = i / 40;
            int column = i % 40;
            sparse.setShort(i, (short) (row >= 3 && row < 20 && column >= 30 && column < 33 ? 5 : -7));
        }
        write("sparse.zarr", sparse, a -> a.withChunkShape(16, 16)
                .withFillValue(-7)
                .withCodecs(little));
        write("sharded-sparse.zarr", sparse, a -> a.withChunkShape(32, 32)
                .withFillValue(-7)
                .withCodecs(sharding(new int[] {16, 16}, "end", little, gzip)));

        var scalar = ucar.ma2.Array.factory(ucar.ma2.DataType.FLOAT, new int[] {});
        scalar.setFloat(0, 2.5f);
        write("scalar.zarr", scalar, a -> a.withChunkShape().withCodecs(little));

        Group group = Group.create(handle("group.zarr"));
        var height = ucar.ma2.Array.factory(ucar.ma2.DataType.FLOAT, new int[] {3, 4});
        for (int i = 0; i < 12; i++) {
            height.setFloat(i, i / 4f);
        }
        write("group.zarr/height", height, a -> a.withChunkShape(2, 4)
                .putAttribute("units", "m")
                .withCodecs(little));
        group.createGroup("sub");
        var width = ucar.ma2.Array.factory(ucar.ma2.DataType.INT, new int[] {5});
        for (int i = 0; i < 5; i++) {
            width.setInt(i, i * 1000 - 2000);
        }
        write("group.zarr/sub/width", width, a -> a.withChunkShape(3).withCodecs(big, gzip));
    }

    private static ucar.ma2.Array cube() {
        var cube = ucar.ma2.Array.factory(ucar.ma2.DataType.DOUBLE, new int[] {31, 20, 7});
        for (int i = 0; i < 31 * 20 * 7; i++) {
            cube.setDouble(i, i * 7919 % 10007 / 16.0 - 300);
        }
        cube.setDouble((4 * 20 + 5) * 7 + 6, Double.NaN);
        cube.setDouble(0, Double.NaN);
        return cube;
    }

    private static Codec blosc(BloscCodec.Configuration configuration) {
        return new BloscCodec(configuration);
    }

    private static Codec transpose(int... order) {
        return new TransposeCodec(new TransposeCodec.Configuration(order));
    }

    private static Codec sharding(int[] chunk, String index, Codec... codecs) {
        Codec[] forIndex = {new Bytes(BytesCodec.Endian.LITTLE), new Crc32cCodec()};
        try {
            return new ShardingIndexedCodec(
                    new ShardingIndexedCodec.Configuration(chunk, codecs, forIndex, index));
        } catch (ZarrException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @JsonTypeName("bytes")
    private static final class Bytes extends BytesCodec {
        Bytes(Endian endian) {
            super(endian);
        }

        @Override
        public ByteBuffer encode(ucar.ma2.Array array) throws ZarrException {
            Class<?> type = array.getElementType();
            if (type != short.class && type != int.class && type != long.class) {
                return super.encode(array);
            }
            int width = type == short.class ? 2 : type == int.class ? 4 : 8;
            var buffer = ByteBuffer.allocate((int) array.getSize() * width).order(getByteOrder());
            IndexIterator values = array.getIndexIterator();
            while (values.hasNext()) {
                long value = values.getLongNext();
                if (width == 2) {
                    buffer.putShort((short) value);
                } else if (width == 4) {
                    buffer.putInt((int) value);
                } else {
                    buffer.putLong(value);
                }
            }
            return buffer.flip();
        }

        @Override
        public ucar.ma2.Array decode(ByteBuffer bytes) throws ZarrException {
            if (arrayMetadata.dataType != DataType.UINT64) {
                return super.decode(bytes);
            }
            var array = ucar.ma2.Array.factory(ucar.ma2.DataType.ULONG, arrayMetadata.chunkShape);
            bytes.order(getByteOrder());
            for (int i = 0; i < array.getSize(); i++) {
                array.setLong(i, bytes.getLong());
            }
            return array;
        }
    }

    private static StoreHandle handle(String name) throws IOException {
        if (Files.exists(folder.resolve(name))) {
            try (var old = Files.walk(folder.resolve(name))) {
                for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return new FilesystemStore(folder).resolve(name.split("/"));
    }

    private static void write(String name, ucar.ma2.Array values, UnaryOperator<ArrayMetadataBuilder> options)
            throws Exception {
        long[] shape = new long[values.getRank()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = values.getShape()[i];
        }
        Class<?> element = values.getElementType();
        DataType type = element == double.class
                ? DataType.FLOAT64
                : element == float.class
                        ? DataType.FLOAT32
                        : element == int.class ? DataType.INT32 : DataType.INT16;
        var builder = Array.metadataBuilder().withShape(shape).withDataType(type);
        StoreHandle handle = handle(name);
        Array array = Array.create(handle, options.apply(builder).build());
        array.write(values, false);

        // Row by row, as zarr-java 0.0.9 takes the wrong bytes where Zstandard is in a shard that it reads
        // whole, and everywhere where a checksum follows it.
        if (name.equals("zstd.zarr")) {
            return;
        }
        if (!name.startsWith("sharded")) {
            array = Array.open(handle);
        }
        int rows = shape.length == 0 ? 1 : (int) shape[0];
        for (int row = 0; row < rows; row++) {
            long[] from = new long[shape.length];
            int[] size = values.getShape();
            int[] origin = new int[shape.length];
            if (shape.length > 0) {
                from[0] = row;
                origin[0] = row;
                size[0] = 1;
            }
            IndexIterator expected = values.sectionNoReduce(origin, size, null).getIndexIterator();
            ucar.ma2.Array found = array.read(from, size);
            if (found.getElementType() != element || !Arrays.equals(found.getShape(), size)) {
                throw new AssertionError(name);
            }
            IndexIterator actual = found.getIndexIterator();
            while (expected.hasNext()) {
                if (Double.compare(expected.getDoubleNext(), actual.getDoubleNext()) != 0) {
                    throw new AssertionError(name + " row " + row);
                }
            }
        }
    }
}
