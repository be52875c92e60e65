package dev.sheaf.parquet;

import dev.sheaf.parquet.ParquetColumn.Kind;
import dev.sheaf.parquet.ParquetColumn.Physical;
import java.util.ArrayList;
import java.util.List;

/// Makes columns of the schema in a file's footer: a tree, written with each node before its
/// children.
final class Schema {
  private static final Physical[] PHYSICAL = Physical.values();
  private static final int OPTIONAL = 1;
  private static final int REPEATED = 2;

  // Members of the union LogicalType.
  private static final int[] LOGICAL_TEXTS = {1, 4, 12}; // STRING, ENUM, JSON
  private static final int LOGICAL_DECIMAL = 5;
  private static final int LOGICAL_DATE = 6;
  private static final int LOGICAL_TIME = 7;
  private static final int LOGICAL_TIMESTAMP = 8;
  private static final int LOGICAL_INTEGER = 10;
  private static final int LOGICAL_FLOAT16 = 15;

  private final List<ThriftStruct> nodes;
  private final List<ParquetColumn> columns = new ArrayList<>();
  private int next = 1;

  private Schema(List<ThriftStruct> nodes) {
    this.nodes = nodes;
  }

  static List<ParquetColumn> columns(List<ThriftStruct> nodes) throws ParquetException {
    if (nodes.isEmpty()) {
      throw new ParquetException("its metadata are damaged: no schema");
    }
    Schema schema = new Schema(nodes);
    schema.children(nodes.getFirst(), "", 0, false);
    return List.copyOf(schema.columns);
  }

  private void children(ThriftStruct parent, String path, int optional, boolean repeated)
      throws ParquetException {
    long children = parent.number(5, 0);
    for (long i = 0; i < children; i++) {
      if (next == nodes.size()) {
        throw new ParquetException("its metadata are damaged: the schema is cut short");
      }
      ThriftStruct node = nodes.get(next++);
      long repetition = node.number(3, 0);
      String name = path + node.text(4);
      int levels = optional + (repetition == OPTIONAL ? 1 : 0);
      boolean list = repeated || repetition == REPEATED;
      if (node.has(5)) {
        children(node, name + ".", levels, list);
      } else {
        columns.add(column(node, name, levels, list));
      }
    }
  }

  private ParquetColumn column(ThriftStruct node, String name, int optional, boolean repeated)
      throws ParquetException {
    long type = node.number(1);
    if (type < 0 || type >= PHYSICAL.length) {
      throw new ParquetException("column '" + name + "': type " + type + " is not known");
    }
    Physical physical = PHYSICAL[(int) type];
    Meaning meaning = node.has(10) ? logical(node.struct(10)) : null;
    if (meaning == null && node.has(6)) {
      meaning = converted((int) node.number(6), node.number(7, 0));
    }
    if (meaning == null) {
      meaning = plain(physical);
    }
    int width = (int) node.number(2, 0);
    if (physical == Physical.FIXED && width < 1) {
      throw new ParquetException("its metadata are damaged: values of no width");
    }
    return new ParquetColumn(
        name, columns.size(), physical, width, meaning.kind, meaning.divisor, optional, repeated);
  }

  private record Meaning(Kind kind, double divisor) {}

  private static Meaning plain(Physical physical) {
    return switch (physical) {
      case BOOLEAN -> new Meaning(Kind.BOOLEAN, 1);
      case INT32, INT64 -> new Meaning(Kind.INTEGER, 1);
      case INT96 -> new Meaning(Kind.TIMESTAMP, 1);
      case FLOAT, DOUBLE -> new Meaning(Kind.FLOAT, 1);
      case BYTES, FIXED -> new Meaning(Kind.OTHER, 1);
    };
  }

  private static Meaning logical(ThriftStruct union) throws ParquetException {
    for (int text : LOGICAL_TEXTS) {
      if (union.has(text)) {
        return new Meaning(Kind.TEXT, 1);
      }
    }
    if (union.has(LOGICAL_DECIMAL)) {
      return new Meaning(Kind.DECIMAL, tenTo(union.struct(LOGICAL_DECIMAL).number(1)));
    }
    if (union.has(LOGICAL_DATE)) {
      return new Meaning(Kind.DATE, 1);
    }
    if (union.has(LOGICAL_TIME)) {
      return new Meaning(Kind.TIME, perSecond(union.struct(LOGICAL_TIME)));
    }
    if (union.has(LOGICAL_TIMESTAMP)) {
      return new Meaning(Kind.TIMESTAMP, perSecond(union.struct(LOGICAL_TIMESTAMP)));
    }
    if (union.has(LOGICAL_INTEGER)) {
      boolean signed = union.struct(LOGICAL_INTEGER).flag(2, true);
      return new Meaning(signed ? Kind.INTEGER : Kind.UNSIGNED, 1);
    }
    return union.has(LOGICAL_FLOAT16) ? new Meaning(Kind.FLOAT, 1) : null;
  }

  /// How many of a time's units a second has: milli-, micro- or nanoseconds.
  private static double perSecond(ThriftStruct time) throws ParquetException {
    ThriftStruct unit = time.struct(2);
    return unit.has(1) ? 1e3 : unit.has(2) ? 1e6 : 1e9;
  }

  /// What the older ConvertedType says; `null` if it adds nothing.
  private static Meaning converted(int type, long scale) throws ParquetException {
    return switch (type) {
      case 0, 4, 19 -> new Meaning(Kind.TEXT, 1); // UTF8, ENUM, JSON
      case 5 -> new Meaning(Kind.DECIMAL, tenTo(scale));
      case 6 -> new Meaning(Kind.DATE, 1);
      case 7 -> new Meaning(Kind.TIME, 1e3);
      case 8 -> new Meaning(Kind.TIME, 1e6);
      case 9 -> new Meaning(Kind.TIMESTAMP, 1e3);
      case 10 -> new Meaning(Kind.TIMESTAMP, 1e6);
      case 11, 12, 13, 14 -> new Meaning(Kind.UNSIGNED, 1);
      default -> null;
    };
  }

  private static double tenTo(long scale) throws ParquetException {
    if (scale < 0 || scale > 76) {
      throw new ParquetException("its metadata are damaged: a scale of " + scale);
    }
    return Double.parseDouble("1e" + scale);
  }
}
