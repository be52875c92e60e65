package dev.sheaf;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Holds the drawing in ARCHITECTURE.md: imports never point up.
class LayersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.sheaf");

  private static final String[] LEAVES = {
    "dev.sheaf.array",
    "dev.sheaf.expression",
    "dev.sheaf.files",
    "dev.sheaf.image",
    "dev.sheaf.linalg",
    "dev.sheaf.parquet",
    "dev.sheaf.plot",
    "dev.sheaf.process",
    "dev.sheaf.random",
    "dev.sheaf.reduce",
    "dev.sheaf.report",
    "dev.sheaf.source",
    "dev.sheaf.tree"
  };

  @Test
  void importsNeverPointUp() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.sheaf..")
        .layer("cli")
        .definedBy("dev.sheaf.cli")
        .layer("workload")
        .definedBy("dev.sheaf.workload")
        .layer("doctor")
        .definedBy("dev.sheaf.doctor")
        .layer("map")
        .definedBy("dev.sheaf.map")
        .layer("journal")
        .definedBy("dev.sheaf.journal")
        .layer("page")
        .definedBy("dev.sheaf.page")
        .layer("watch")
        .definedBy("dev.sheaf.watch")
        .layer("transport")
        .definedBy("dev.sheaf.transport..")
        .layer("comm")
        .definedBy("dev.sheaf.comm")
        .layer("table")
        .definedBy("dev.sheaf.table")
        .layer("zarr")
        .definedBy("dev.sheaf.zarr")
        .layer("leaves")
        .definedBy(LEAVES)
        .layer("compress")
        .definedBy("dev.sheaf.compress")
        .layer("foreign")
        .definedBy("dev.sheaf.foreign")
        .layer("root")
        .definedBy(resideInAPackage("dev.sheaf").and(not(type(Sheaf.class))))
        .layer("entry")
        .definedBy(type(Sheaf.class))
        .whereLayer("entry")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("cli")
        .mayOnlyBeAccessedByLayers("entry")
        .whereLayer("workload")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("doctor")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("map")
        .mayOnlyBeAccessedByLayers("workload", "cli")
        .whereLayer("journal")
        .mayOnlyBeAccessedByLayers("map", "page", "workload", "cli")
        .whereLayer("page")
        .mayOnlyBeAccessedByLayers("workload", "cli")
        .whereLayer("watch")
        .mayOnlyBeAccessedByLayers("workload", "cli")
        .whereLayer("transport")
        .mayOnlyBeAccessedByLayers("doctor", "cli")
        .whereLayer("comm")
        .mayOnlyBeAccessedByLayers(
            "root", "transport", "map", "journal", "watch", "workload", "doctor", "cli")
        .whereLayer("foreign")
        .mayOnlyBeAccessedByLayers("transport", "journal", "leaves", "compress")
        .whereLayer("compress")
        .mayOnlyBeAccessedByLayers("leaves", "zarr")
        .whereLayer("table")
        .mayOnlyBeAccessedByLayers("workload", "cli")
        .whereLayer("zarr")
        .mayOnlyBeAccessedByLayers("workload")
        .whereLayer("leaves")
        .mayOnlyBeAccessedByLayers(
            "transport",
            "map",
            "journal",
            "page",
            "watch",
            "workload",
            "doctor",
            "cli",
            "table",
            "zarr")
        .withOptionalLayers(true)
        .check(CLASSES);
  }

  @Test
  void leavesDoNotKnowEachOther() {
    for (String leaf : LEAVES) {
      String[] others =
          Arrays.stream(LEAVES).filter(other -> !other.equals(leaf)).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(leaf)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others)
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void noCycles() {
    slices().matching("dev.sheaf.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
