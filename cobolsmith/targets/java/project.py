"""What stands beside a translated program: pom.xml, and a class that replays its proof."""

from __future__ import annotations

_PROJECT = """\
<?xml version="1.0" encoding="UTF-8"?>
<!-- Without Maven: javac -Xlint:all -cp . -d classes */*.java
     java -cp classes package.Program                                   runs a program
     java -cp classes tests.ReplayRuns package.Program tests/runs/name   replays its proof -->
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>translated</groupId>
  <artifactId>translated</artifactId>
  <version>1.0</version>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <build>
    <sourceDirectory>.</sourceDirectory>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <configuration>
          <compilerArgs>
            <arg>-Xlint:all</arg>
          </compilerArgs>
        </configuration>
      </plugin>
    </plugins>
  </build>
</project>
"""
_TEST = """\
package tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Replays recorded runs of a COBOL program: the same output, files and exit status. */
public final class ReplayRuns {
  private ReplayRuns() {
  }

  /** Takes the program's class and the folder of its runs; exits with the number that failed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int failed = 0;
    for (Path run : files(Path.of(arguments[1]), 1)) {
      String difference = Files.isDirectory(run) ? difference(arguments[0], run) : "";
      System.out.println(run + (difference.isEmpty() ? " passed" : " FAILED: " + difference));
      failed += difference.isEmpty() ? 0 : 1;
    }
    System.exit(failed);
  }

  private static String difference(String program, Path run)
      throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("replay");
    try {
      return difference(program, run, home.resolve("run"), home.resolve("stdout"));
    } finally {
      try (Stream<Path> all = Files.walk(home)) {
        all.sorted(Comparator.reverseOrder()).forEach(one -> one.toFile().delete());
      }
    }
  }

  private static String difference(String program, Path run, Path place, Path output)
      throws IOException, InterruptedException {
    Files.createDirectory(place);
    for (Path given : files(run.resolve("given"), 9)) {
      Path to = place.resolve(run.resolve("given").relativize(given).toString());
      Files.createDirectories(to.getParent());
      Files.copy(given, to);
    }
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
        Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString(), program));
    command.addAll(Files.readAllLines(run.resolve("arguments")));
    ProcessBuilder builder = new ProcessBuilder(command).directory(place.toFile());
    for (String line : Files.readAllLines(run.resolve("environment"))) {
      String[] parts = line.split("=", 2);
      builder.environment().put(parts[0], parts[1]);
    }
    builder.redirectInput(run.resolve("stdin").toFile()).redirectOutput(output.toFile());
    int status = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor();
    if (status != Integer.parseInt(Files.readString(run.resolve("status")).strip())) {
      return "exit status " + status;
    }
    if (!same(output, run.resolve("stdout"))) {
      return "stdout";
    }
    for (Path left : files(run.resolve("left"), 9)) {
      Path name = run.resolve("left").relativize(left);
      if (!same(place.resolve(name.toString()), left)) {
        return name.toString();
      }
    }
    return "";
  }

  private static boolean same(Path one, Path other) throws IOException {
    return Files.exists(one) && Arrays.equals(Files.readAllBytes(one), Files.readAllBytes(other));
  }

  private static List<Path> files(Path folder, int depth) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder, depth)) {
      boolean every = depth > 1;
      return all.filter(one -> every ? Files.isRegularFile(one) : !one.equals(folder)).sorted()
          .toList();
    }
  }
}
"""


def project_files() -> dict[str, bytes]:
    """The files by their names."""
    return {"pom.xml": _PROJECT.encode(), "tests/ReplayRuns.java": _TEST.encode()}
