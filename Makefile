# Sheaf's build. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := jar

JDK = $(shell run/find-jdk)
MVN = JAVA_HOME="$(JDK)" MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED" mvn -B -ntp -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dstyle.color=never
SOURCES := $(shell find src/main -type f) pom.xml

.PHONY: jar format clean
jar: target/sheaf.jar
target/sheaf.jar: $(SOURCES)
	@$(MVN) package -DskipTests

format:
	@$(MVN) spotless:apply

clean:
	rm -rf target
