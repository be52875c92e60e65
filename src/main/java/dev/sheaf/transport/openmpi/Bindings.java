package dev.sheaf.transport.openmpi;

import dev.sheaf.comm.ElementType;
import dev.sheaf.comm.Op;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.util.EnumMap;
import java.util.Map;

/// What is called of Open MPI's Java bindings, the same in 4.1 and 5.0: constant method handles,
/// which the compiler inlines, for `invokeExact`. The bindings' classes are known at run time only:
/// each of their types is `Object` here. To be used after [MpiJar#open].
///
/// What belongs together is linked when it is first used: a handle takes a millisecond of a start.
final class Bindings {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
  private static final Class<?> MPI = type("MPI");
  private static final Class<?> COMM = type("Comm");
  private static final Class<?> INTRACOMM = type("Intracomm");
  private static final Class<?> DATATYPE = type("Datatype");
  private static final Class<?> DATATYPES = DATATYPE.arrayType();
  private static final Class<?> OP = type("Op");
  private static final Class<?> STATUS = type("Status");
  private static final Class<?> REQUEST = type("Request");
  private static final Class<?> INFO = type("Info");
  private static final Class<?> ERRHANDLER = type("Errhandler");
  private static final Class<?> BUFFER = Object.class;

  // MPI
  static final MethodHandle INIT_THREAD =
      staticMethod(MPI, "InitThread", int.class, String[].class, int.class);
  static final MethodHandle FINISH = staticMethod(MPI, "Finalize", void.class);
  static final MethodHandle VERSION = staticMethod(MPI, "getLibVersion", String.class);
  static final MethodHandle PROCESSOR_NAME = staticMethod(MPI, "getProcessorName", String.class);

  // Comm
  static final MethodHandle RANK = method(COMM, "getRank", int.class);
  static final MethodHandle SIZE = method(COMM, "getSize", int.class);
  static final MethodHandle ABORT = method(COMM, "abort", void.class, int.class);
  static final MethodHandle SET_ERRHANDLER = method(COMM, "setErrhandler", void.class, ERRHANDLER);

  /// New communicators.
  static final class Groups {
    static final MethodHandle DUP = method(INTRACOMM, "dup", INTRACOMM);
    static final MethodHandle SPLIT = method(INTRACOMM, "split", INTRACOMM, int.class, int.class);
    static final MethodHandle SPLIT_TYPE =
        method(INTRACOMM, "splitType", INTRACOMM, int.class, int.class, INFO);
    static final MethodHandle FREE = method(COMM, "free", void.class);

    private Groups() {}
  }

  /// Messages between two ranks.
  static final class Messages {
    static final MethodHandle SEND =
        method(COMM, "send", void.class, BUFFER, int.class, DATATYPE, int.class, int.class);
    static final MethodHandle ISEND =
        method(COMM, "iSend", REQUEST, Buffer.class, int.class, DATATYPE, int.class, int.class);
    static final MethodHandle RECV =
        method(COMM, "recv", STATUS, BUFFER, int.class, DATATYPE, int.class, int.class);
    static final MethodHandle PROBE = method(COMM, "probe", STATUS, int.class, int.class);
    static final MethodHandle IPROBE = method(COMM, "iProbe", STATUS, int.class, int.class);
    static final MethodHandle TEST = method(REQUEST, "test", boolean.class);
    static final MethodHandle WAIT = method(REQUEST, "waitFor", void.class);

    /// The contents of a `Status`: source, tag, error, cancelled, and the length in bytes, for
    /// which there is no method that doesn't call MPI or count beyond `int`.
    static final MethodHandle STATUS_DATA = statusData();

    private Messages() {}
  }

  /// Collective calls that move data.
  static final class Collectives {
    static final MethodHandle BARRIER = method(COMM, "barrier", void.class);
    static final MethodHandle BCAST =
        method(COMM, "bcast", void.class, BUFFER, int.class, DATATYPE, int.class);
    static final MethodHandle SCATTERV_ROOT =
        method(COMM, "scatterv", void.class, BUFFER, int[].class, int[].class, DATATYPE, int.class);
    static final MethodHandle SCATTERV =
        method(COMM, "scatterv", void.class, BUFFER, int.class, DATATYPE, int.class);
    static final MethodHandle GATHERV_ROOT =
        method(COMM, "gatherv", void.class, BUFFER, int[].class, int[].class, DATATYPE, int.class);
    static final MethodHandle GATHERV =
        method(COMM, "gatherv", void.class, BUFFER, int.class, DATATYPE, int.class);
    static final MethodHandle ALLGATHERV =
        method(COMM, "allGatherv", void.class, BUFFER, int[].class, int[].class, DATATYPE);

    private Collectives() {}
  }

  /// Collective calls that combine data.
  static final class Reductions {
    static final MethodHandle REDUCE =
        method(COMM, "reduce", void.class, BUFFER, BUFFER, int.class, DATATYPE, OP, int.class);
    static final MethodHandle ALLREDUCE =
        method(COMM, "allReduce", void.class, BUFFER, BUFFER, int.class, DATATYPE, OP);
    static final MethodHandle ALLREDUCE_IN_PLACE =
        method(COMM, "allReduce", void.class, BUFFER, int.class, DATATYPE, OP);

    private Reductions() {}
  }

  /// Derived datatypes.
  static final class Types {
    static final MethodHandle CONTIGUOUS =
        staticMethod(DATATYPE, "createContiguous", DATATYPE, int.class, DATATYPE);
    static final MethodHandle STRUCT =
        staticMethod(DATATYPE, "createStruct", DATATYPE, int[].class, int[].class, DATATYPES);
    static final MethodHandle COMMIT = method(DATATYPE, "commit", void.class);
    static final MethodHandle FREE_TYPE = method(DATATYPE, "free", void.class);

    private Types() {}
  }

  static final Object WORLD = constant(MPI, "COMM_WORLD");
  static final Object SELF = constant(MPI, "COMM_SELF");
  static final Object ERRORS_RETURN = constant(MPI, "ERRORS_RETURN");
  static final Object INFO_NULL = constant(MPI, "INFO_NULL");
  static final int ANY_SOURCE = (int) constant(MPI, "ANY_SOURCE");
  static final int ANY_TAG = (int) constant(MPI, "ANY_TAG");
  static final int UNDEFINED = (int) constant(MPI, "UNDEFINED");
  static final int TYPE_SHARED = (int) constant(COMM, "TYPE_SHARED");
  static final int THREAD_SERIALIZED = (int) constant(MPI, "THREAD_SERIALIZED");
  static final int THREAD_MULTIPLE = (int) constant(MPI, "THREAD_MULTIPLE");

  private static final Object BYTE = constant(MPI, "BYTE");
  private static final Object INT = constant(MPI, "INT");
  private static final Object LONG = constant(MPI, "LONG");
  private static final Object FLOAT = constant(MPI, "FLOAT");
  private static final Object DOUBLE = constant(MPI, "DOUBLE");
  private static final Map<Op, Object> OPS =
      new EnumMap<>(
          Map.of(
              Op.SUM, constant(MPI, "SUM"),
              Op.MIN, constant(MPI, "MIN"),
              Op.MAX, constant(MPI, "MAX")));

  private Bindings() {}

  /// The datatype of an element.
  static Object type(ElementType type) {
    return switch (type) {
      case INT8 -> BYTE;
      case INT32 -> INT;
      case INT64 -> LONG;
      case FLOAT32 -> FLOAT;
      case FLOAT64 -> DOUBLE;
    };
  }

  /// A reduction.
  static Object op(Op op) {
    return OPS.get(op);
  }

  /// An array of datatypes.
  static Object types(Object... types) {
    Object array = java.lang.reflect.Array.newInstance(DATATYPE, types.length);
    System.arraycopy(types, 0, array, 0, types.length);
    return array;
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName("mpi." + name, true, MpiJar.opened());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle method(
      Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
    try {
      return erased(LOOKUP.findVirtual(owner, name, MethodType.methodType(result, parameters)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MethodHandle staticMethod(
      Class<?> owner, String name, Class<?> result, Class<?>... parameters) {
    try {
      return erased(LOOKUP.findStatic(owner, name, MethodType.methodType(result, parameters)));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// With `Object` for every type of the bindings.
  private static MethodHandle erased(MethodHandle handle) {
    MethodType type = handle.type();
    for (int i = 0; i < type.parameterCount(); i++) {
      type = type.changeParameterType(i, erased(type.parameterType(i)));
    }
    return handle.asType(type.changeReturnType(erased(type.returnType())));
  }

  private static Class<?> erased(Class<?> type) {
    Class<?> element = type.isArray() ? type.componentType() : type;
    return element.getName().startsWith("mpi.") ? Object.class : type;
  }

  private static MethodHandle statusData() {
    try {
      return erased(
          MethodHandles.privateLookupIn(STATUS, LOOKUP).findGetter(STATUS, "data", long[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object constant(Class<?> owner, String name) {
    try {
      return owner.getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
