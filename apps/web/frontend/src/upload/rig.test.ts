import { describe, expect, it } from "vitest";
import { cameraFor, camerasIn, draftProblem, filmProblem, offsetOf, readOpenCvYaml, rigInput, type RigDraft, type RigFilm } from "./rig";

const film = (id: number, name: string, camera: string): RigFilm => ({ id, camera, file: new File(["x"], name) });
const draft = (more: Partial<RigDraft> = {}): RigDraft => ({
  films: [film(1, "a.mp4", "left"), film(2, "b.mp4", "right")],
  source: { kind: "kept", id: "rig", cameras: ["left", "right", "far"] },
  sync: "auto",
  offsets: {},
  ...more,
});

const TOML = `[cam_01]
name = "cam1"
size = [ 1088.0, 1920.0,]
matrix = [ [ 1681.2, 0.0, 540.2,], [ 0.0, 1681.2, 964.1,], [ 0.0, 0.0, 1.0,],]
rotation = [ 1.1, -1.2, 1.4,]

["side camera"]  # without a name of its own
matrix = [ [ 1.0, 0.0, 0.0,], [ 0.0, 1.0, 0.0,], [ 0.0, 0.0, 1.0,],]

[metadata]
name = "not a camera"
adjusted = false
`;

const YAML = `%YAML:1.0
---
image_width: 1920
image_height: 1080
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 1500., 0., 960., 0., 1500., 540., 0., 0.,
       1. ]
distortion_coefficients: !!opencv-matrix
   rows: 1
   cols: 5
   dt: d
   data: [ -1.0e-01, 2e-2, 0., 0., 0. ]
rvec: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 1.1, -1.2, 1.4 ]
tvec: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 0.5, -0.25, 6. ]
`;

describe("a calibration's cameras", () => {
  it("are the tables with a matrix, by their own names", () => {
    expect(camerasIn(TOML)).toEqual(["cam1", "side camera"]);
  });

  it("are the keys of a JSON rig", () => {
    expect(camerasIn('{"cameras": {"left": {}, "right": {}}}')).toEqual(["left", "right"]);
  });

  it("are none in anything else", () => {
    for (const text of ["", "hello", "{", '{"cameras": [1]}', "[metadata]\nerror = 0.0"]) expect(camerasIn(text)).toEqual([]);
  });
});

describe("an OpenCV file", () => {
  it("is read with its numbers over several lines", () => {
    expect(readOpenCvYaml(YAML)).toEqual({
      K: [[1500, 0, 960], [0, 1500, 540], [0, 0, 1]],
      dist: [-0.1, 0.02, 0, 0, 0],
      R: [1.1, -1.2, 1.4],
      t: [0.5, -0.25, 6],
      size: [1920, 1080],
    });
  });

  it("without a place is told from one that is none", () => {
    expect(readOpenCvYaml(YAML.slice(0, YAML.indexOf("tvec")))).toBe("noPlace");
    expect(readOpenCvYaml(YAML.replace("camera_matrix", "matrix"))).toBe("notOpenCv");
    expect(readOpenCvYaml(YAML.replace("1920", "wide"))).toBe("notOpenCv");
    expect(readOpenCvYaml(YAML.replace("0.5, -0.25", "0.5, here"))).toBe("noPlace");
  });
});

describe("a film's camera", () => {
  it("is the calibration's where the file's name holds it, the longest first", () => {
    expect(cameraFor("2026-05-01_cam12.mp4", [], ["cam1", "cam12"])).toBe("cam12");
    expect(cameraFor("CAM 1.mov", [], ["cam1", "cam2"])).toBe("cam1");
    expect(cameraFor("cam1 again.mov", ["cam1"], ["cam1", "cam2"])).toBe("");
  });

  it("is the file's own name before there is a calibration", () => {
    expect(cameraFor("links außen.mp4", [], [])).toBe("links au-en");
    expect(cameraFor("left.mov", ["left"], [])).toBe("");
  });
});

describe("what is wrong", () => {
  it("is nothing with two named films and their calibration", () => {
    expect(draftProblem(draft())).toBeNull();
  });

  it("is said of each film", () => {
    const problem = (camera: string, more: Partial<RigDraft> = {}) => {
      const films = [film(1, "a.mp4", camera), film(2, "b.mp4", "right")];
      return filmProblem(films[0]!, draft({ films, ...more }));
    };
    expect(problem(" ")).toBe("noName");
    expect(problem("../left")).toBe("badName");
    expect(problem("right")).toBe("sameName");
    expect(problem("centre")).toBe("notCalibrated");
    expect(problem("left", { source: { kind: "each", parts: {} } })).toBe("noPart");
    expect(problem("left", { sync: "offsets", offsets: { 1: "soon" } })).toBe("noOffset");
    expect(problem("left", { sync: "offsets", offsets: { 1: "-0,25" } })).toBeNull();
    expect(filmProblem(film(1, "a.txt", "left"), draft())).toBe("extension");
  });

  it("is said of the whole", () => {
    expect(draftProblem(draft({ films: [film(1, "a.mp4", "left")] }))).toBe("tooFew");
    const nine = Array.from({ length: 9 }, (_, i) => film(i, `${i}.mp4`, `c${i}`));
    expect(draftProblem(draft({ films: nine }))).toBe("tooMany");
    expect(draftProblem(draft({ source: null }))).toBe("noCalibration");
    expect(draftProblem(draft({ films: [film(1, "a.mp4", "left"), film(2, "b.mp4", "left")] }))).toBe("films");
  });
});

describe("the request", () => {
  it("names a kept calibration or carries a new one", () => {
    expect(rigInput(draft())).toEqual({ sync: "auto", calibration_id: "rig" });
    const source = { kind: "file", name: "Calib.toml", text: TOML, cameras: ["cam1"] } as const;
    expect(rigInput(draft({ source, sync: "timestamps" }))).toEqual({ sync: "timestamps", calibration: TOML });
  });

  it("makes one rig of a file for each camera", () => {
    const numbers = readOpenCvYaml(YAML);
    if (typeof numbers === "string") throw new Error(numbers);
    const parts = { 1: { name: "a.yml", numbers }, 2: { name: "b.yml", numbers } };
    const { calibration } = rigInput(draft({ source: { kind: "each", parts } }));
    expect(JSON.parse(calibration!)).toEqual({ cameras: { left: numbers, right: numbers } });
  });

  it("carries offsets only where they are wanted", () => {
    const offsets = { 1: "0", 2: "1,5" };
    expect(rigInput(draft({ sync: "offsets", offsets }))).toMatchObject({ offsets_s: { left: 0, right: 1.5 } });
    expect(rigInput(draft({ offsets }))).not.toHaveProperty("offsets_s");
    expect(offsetOf("")).toBeNaN();
  });
});
