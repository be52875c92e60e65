package dev.sheaf.workload;

import dev.sheaf.parquet.ParquetWriter;
import dev.sheaf.parquet.ParquetWriter.Field;
import dev.sheaf.random.KeyedRandom;
import java.util.List;

/// Makes taxi rides. Distances are log-normal, fares follow the meter of 2022 ($2.50, and $2.50 a
/// mile, waiting included), most of those who pay by card tip 20 to 30 % of what they pay for the
/// ride, cash tips are not recorded; one ride in 30 lacks what the meter's vendor has not sent, one
/// in 200 was reversed and has a negative fare.
final class TaxiRides {
  static final List<Field> FIELDS =
      List.of(
          new Field("VendorID", ParquetWriter.Type.INTEGER),
          new Field("tpep_pickup_datetime", ParquetWriter.Type.TIMESTAMP),
          new Field("tpep_dropoff_datetime", ParquetWriter.Type.TIMESTAMP),
          new Field("passenger_count", ParquetWriter.Type.DOUBLE),
          new Field("trip_distance", ParquetWriter.Type.DOUBLE),
          new Field("RatecodeID", ParquetWriter.Type.DOUBLE),
          new Field("store_and_fwd_flag", ParquetWriter.Type.TEXT),
          new Field("PULocationID", ParquetWriter.Type.INTEGER),
          new Field("DOLocationID", ParquetWriter.Type.INTEGER),
          new Field("payment_type", ParquetWriter.Type.INTEGER),
          new Field("fare_amount", ParquetWriter.Type.DOUBLE),
          new Field("extra", ParquetWriter.Type.DOUBLE),
          new Field("mta_tax", ParquetWriter.Type.DOUBLE),
          new Field("tip_amount", ParquetWriter.Type.DOUBLE),
          new Field("tolls_amount", ParquetWriter.Type.DOUBLE),
          new Field("improvement_surcharge", ParquetWriter.Type.DOUBLE),
          new Field("total_amount", ParquetWriter.Type.DOUBLE),
          new Field("congestion_surcharge", ParquetWriter.Type.DOUBLE),
          new Field("airport_fee", ParquetWriter.Type.DOUBLE));

  /// 2022-02-01 and the seconds of that month.
  private static final long BEGIN = 1_643_673_600;

  private static final int MONTH = 28 * 86_400;
  private static final int ZONES = 265;
  private static final double[] PASSENGERS = {0.02, 0.76, 0.90, 0.94, 0.96, 0.98, 1};
  private static final double[] TIPS = {0.15, 0.18, 0.20, 0.25, 0.30};

  private static final int CARD = 1;
  private static final int CASH = 2;

  private TaxiRides() {}

  /// The values of each field in the rows of a row group.
  static List<Object> make(long seed, long group, int rows) {
    KeyedRandom random = KeyedRandom.of(seed, group);
    long[][] whole = new long[6][rows];
    double[][] cents = new double[12][rows];
    String[] flag = new String[rows];
    for (int row = 0; row < rows; row++) {
      boolean unsent = random.nextInt(30) == 0;
      boolean airport = random.nextInt(20) == 0;
      double miles = Math.rint(distance(random, airport) * 100) / 100;
      long seconds = 60 + Math.round(miles * (150 + random.nextInt(300)));
      long pickup = BEGIN + random.nextInt(MONTH);
      int payment = unsent ? 0 : random.nextInt(100) < 78 ? CARD : CASH;
      double sign = random.nextInt(200) == 0 ? -1 : 1;
      double fare = airport ? 52 : Math.rint(5 + miles * 5 + seconds / 150.0) / 2;
      double extra = random.nextInt(3) * 0.5 + (unsent ? 0 : 2.5);
      double tolls = airport && random.nextInt(2) == 0 ? 6.55 : 0;
      double congestion = random.nextInt(12) == 0 ? 0 : 2.5;
      double fee = airport ? 1.25 : 0;
      double ride = fare + extra + 0.5 + 0.3 + tolls + congestion + fee;
      double tip = payment == CARD ? tip(random, ride) : unsent ? fare * 0.12 : 0;
      tip = sign < 0 ? 0 : Math.rint(tip * 100) / 100;
      whole[0][row] = 1L + random.nextInt(2);
      whole[1][row] = pickup * 1_000_000;
      whole[2][row] = (pickup + seconds) * 1_000_000;
      whole[3][row] = airport ? 132 : zone(random);
      whole[4][row] = zone(random);
      whole[5][row] = payment;
      cents[0][row] = unsent ? Double.NaN : passengers(random);
      cents[1][row] = miles;
      cents[2][row] = unsent ? Double.NaN : airport ? 2 : 1;
      cents[3][row] = sign * fare;
      cents[4][row] = sign * extra;
      cents[5][row] = sign * 0.5;
      cents[6][row] = tip;
      cents[7][row] = sign * tolls;
      cents[8][row] = sign * 0.3;
      cents[9][row] = Math.rint(sign * (ride + tip) * 100) / 100;
      cents[10][row] = unsent ? Double.NaN : sign * congestion;
      cents[11][row] = unsent ? Double.NaN : sign * fee;
      flag[row] = unsent ? null : random.nextInt(100) == 0 ? "Y" : "N";
    }
    return List.of(
        whole[0], whole[1], whole[2], cents[0], cents[1], cents[2], flag, whole[3], whole[4],
        whole[5], cents[3], cents[4], cents[5], cents[6], cents[7], cents[8], cents[9], cents[10],
        cents[11]);
  }

  private static double distance(KeyedRandom random, boolean airport) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += random.nextDouble(); // of 12 uniform numbers, nearly normal: the same on any machine
    }
    return airport ? 16 + sum : StrictMath.exp(0.6 + 0.75 * sum);
  }

  private static double tip(KeyedRandom random, double ride) {
    int kind = random.nextInt(100);
    if (kind < 7) {
      return 0;
    }
    if (kind < 70) {
      return ride * TIPS[Math.min(TIPS.length - 1, (kind - 7) / 13)];
    }
    return kind < 90 ? 1 + random.nextInt(5) : ride * 0.4 * random.nextDouble();
  }

  private static double passengers(KeyedRandom random) {
    double part = random.nextDouble();
    int passengers = 0;
    while (part >= PASSENGERS[passengers]) {
      passengers++;
    }
    return passengers;
  }

  /// A few zones have most rides.
  private static long zone(KeyedRandom random) {
    double part = random.nextDouble();
    return 1 + (long) (part * part * ZONES);
  }
}
