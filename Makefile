# Sheaf's build. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := jar

VERSION := $(shell sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml)
DIST := target/sheaf-$(VERSION)
EPOCH := $(shell date -d "$$(sed -n 's|.*<project.build.outputTimestamp>\(.*\)</.*|\1|p' pom.xml)" +%s)
SOURCES := $(shell find src/main src/mpi src/module -type f) pom.xml

# Maven on a JDK 25 or later; says what to install where there is none.
define MVN
jdk=$$(run/find-jdk); \
command -v mvn >/dev/null || { echo "sheaf: Maven is not installed (Debian: apt-get install maven)" >&2; exit 2; }; \
JAVA_HOME="$$jdk" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED -Djansi.noreset=true" \
mvn -B -ntp -Dstyle.color=never
endef
QUIET := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn

# What the full test suite and the benchmarks take from Debian.
TEST_PACKAGES := openmpi-bin mpich libmpj-java libopenblas0-pthread libturbojpeg0 libjpeg-turbo-progs poppler-utils gcc libc6-dev libopenmpi-dev xz-utils liblz4-1 libsnappy1v5 libzstd1 \
  openssh-client openssh-server iproute2 procps util-linux zsh \
  slurmd slurmctld slurm-client munge libpmix-dev
BENCH_PACKAGES := libmpich-dev libturbojpeg0-dev zlib1g-dev python3-numpy python3-opencv python3-scipy python3-mpi4py python3-sklearn python3-pandas python3-dask python3-zarr parallel

.PHONY: help jar install run test test-% test-crash bench deps mpi-jar bench-deps docs dist deb dist-check reproducible format clean

help: ## list the targets
	@sed -n 's/^\([a-z%-]*\):.* ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

jar: target/sheaf.jar target/sheaf.aot ## build target/sheaf.jar (the default)

target/sheaf.jar: $(SOURCES)
	@$(MVN) $(QUIET) package -DskipTests

# The classes of a start, loaded and linked beforehand.
target/sheaf.aot: target/sheaf.jar run/aot-cache
	@run/aot-cache

install: ## put the jar, its sources and Javadoc into the local Maven repository
	@$(MVN) $(QUIET) -Plibrary install -DskipTests

run: jar ## sample images, then load, pi and stats on embedded ranks; outputs in out/
	@run/sheaf sample images out/images -n 1000
	@run/sheaf load out/images
	@run/sheaf pi --seeds 0..3 --trials 500000
	@run/sheaf stats --normal 40000x5000 --seed 1

test: ## all tests that the machine allows (REQUIRE_ALL=1: a skip is a failure)
	@$(MVN) verify

test-%: ## the integration suite on this many ranks, under mpirun
	@$(MVN) $(QUIET) test-compile package -DskipTests
	@src/test/mpirun-suite $*

test-crash: ## kill 200 runs at random moments, resume them, and compare what they write
	@$(MVN) $(QUIET) test -Dtest='CrashTest,PowerCutTest' -Dsheaf.kills=200

bench: jar ## the benchmarks, each paired with its peer
	@for script in pingpong hello load convolve matmul divide pipeline brightness batches noise flip pi stats zarr forest tips jobs journal; do src/bench/$$script; done

deps: ## install the Debian packages of the full test suite, and make mpi-jar
	@src/test/install $(TEST_PACKAGES)
	@$(MAKE) --no-print-directory mpi-jar

mpi-jar: target/mpi.jar ## build Open MPI's mpi.jar, which Debian leaves out, from Debian's source package

target/mpi.jar: run/mpi-jar
	@run/mpi-jar $@

bench-deps: ## install the Debian packages of the benchmarks' peers
	@src/test/install $(TEST_PACKAGES) $(BENCH_PACKAGES)

docs: target/docs/index.html ## build the pages as a site, with what their commands print: target/docs/index.html

# DocsIT makes it too.
target/docs/index.html: target/sheaf.jar README.md ARCHITECTURE.md CHANGELOG.md $(shell find src/docs src/site -type f) | target/sheaf.aot
	@$(MVN) $(QUIET) dependency:copy-dependencies -DincludeGroupIds=org.commonmark -DoutputDirectory=target/commonmark
	@jdk=$$(run/find-jdk); "$$jdk/bin/java" -cp 'target/commonmark/*' src/site/Site.java target/docs

dist: docs ## pack target/sheaf-VERSION.tar.gz: jar, launchers, documents, SBOM, licences
	@rm -rf target/licences; $(MVN) $(QUIET) -Pdist generate-resources
	@rm -rf $(DIST); mkdir -p $(DIST)/lib $(DIST)/completion $(DIST)/src
	@cp target/sheaf.jar $(DIST)/lib/
	@cp -r run hostfiles README.md ARCHITECTURE.md CHANGELOG.md LICENSE target/docs target/licences target/sbom.json target/THIRD-PARTY.txt $(DIST)/
	@cp -r src/docs $(DIST)/src/
	@run/sheaf completion > $(DIST)/completion/sheaf
	@tar -C target --sort=name --mtime=@$(EPOCH) --owner=0 --group=0 --numeric-owner -cf - sheaf-$(VERSION) | gzip -n > $(DIST).tar.gz
	@echo $(DIST).tar.gz

deb: dist ## pack target/sheaf_VERSION_all.deb, of what make dist packs
	@src/dist/deb $(DIST) $(VERSION) $(EPOCH)

dist-check: deb ## run what is packed: the tarball unpacked, the Debian package installed in a copy of this system
	@src/dist/check $(DIST).tar.gz target/sheaf_$(VERSION)_all.deb

reproducible: target/sheaf.jar ## build the jar again elsewhere and compare the bytes
	@src/dist/reproducible

format: ## format the sources
	@$(MVN) $(QUIET) spotless:apply

clean: ## remove what was built
	rm -rf target
