/**
 * The 3D picture: a fitted body or joints in space over a ground grid, orbited by pointer, touch and keys. It draws only
 * when something changed; the film's clock says which moment.
 */
import {
  AmbientLight,
  AnimationMixer,
  Bone,
  Color,
  CylinderGeometry,
  DirectionalLight,
  DynamicDrawUsage,
  Group,
  InstancedMesh,
  LoopOnce,
  Matrix4,
  Mesh,
  MeshStandardMaterial,
  Object3D,
  PerspectiveCamera,
  Quaternion,
  Scene,
  SphereGeometry,
  Vector3,
  WebGLRenderer,
} from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import type { BodyClip } from "@/api/scans";
import type { SkeletonLayout } from "@/api/types";
import { isKnownAt } from "./bodies";
import { Ground } from "./ground";
import { middleOf, type Joints } from "./skeletons";

export interface Person {
  joints: Joints;
  color: string;
  selected: boolean;
}

const LIMB_RADIUS_M = 0.022;
const JOINT_RADIUS_M = 0.035;
const SELECTED_SHARE = 1.5;
/** A body is seen whole, from a little above and aside. */
const FIRST_VIEW = new Vector3(2, 1.1, 3.8);
const NEAREST_M = 0.6;
const FARTHEST_M = 40;
const TURN_RAD = Math.PI / 18;
const ZOOM_SHARE = 1.15;
const MOST_INSTANCES = 4096;
const UP = new Vector3(0, 1, 0);

interface Body {
  root: Group;
  mixer: AnimationMixer;
  keys: ArrayLike<number>;
  startS: number;
  hips: Object3D;
}

export type Turn = "left" | "right" | "up" | "down" | "in" | "out" | "reset";

export class SpaceScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(38, 1, 0.05, 400);
  private readonly controls: OrbitControls;
  private readonly limbs: InstancedMesh;
  private readonly joints: InstancedMesh;
  private readonly floor = new Ground();
  private body: Body | null = null;
  private asked = 0;
  private wears = 0;

  /** Throws where the browser has no WebGL. */
  constructor(canvas: HTMLCanvasElement, line: string) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.minDistance = NEAREST_M;
    this.controls.maxDistance = FARTHEST_M;
    this.controls.maxPolarAngle = Math.PI * 0.97;
    this.controls.addEventListener("change", () => this.draw());
    const sun = new DirectionalLight("#ffffff", 2.4);
    sun.position.set(3, 6, 4);
    const fill = new DirectionalLight("#ffffff", 0.8);
    fill.position.set(-4, 3, -5);
    this.scene.add(new AmbientLight("#ffffff", 1.1), sun, fill, this.floor.mesh);
    const material = () => new MeshStandardMaterial({ roughness: 0.6 });
    this.limbs = new InstancedMesh(new CylinderGeometry(LIMB_RADIUS_M, LIMB_RADIUS_M, 1, 10), material(), MOST_INSTANCES);
    this.joints = new InstancedMesh(new SphereGeometry(JOINT_RADIUS_M, 14, 10), material(), MOST_INSTANCES);
    for (const mesh of [this.limbs, this.joints]) {
      mesh.instanceMatrix.setUsage(DynamicDrawUsage);
      mesh.frustumCulled = false;
      mesh.count = 0;
      this.scene.add(mesh);
    }
    this.paint(line);
    this.look("reset");
  }

  /** Draw the ground in the page's colour, which changes with its theme. */
  paint(line: string): void {
    this.floor.paint(line);
    this.draw();
  }

  /** Whether the ground is known; without a marked pitch nobody knows where it is. */
  ground(known: boolean): void {
    this.floor.mesh.visible = known;
    this.draw();
  }

  resize(width: number, height: number): void {
    if (width === 0 || height === 0) return;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio || 1, 2));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    this.draw();
  }

  /** Take a clip of a moving body, or none. */
  async wear(clip: BodyClip | null): Promise<void> {
    const turn = ++this.wears;
    const loaded = clip ? await new GLTFLoader().parseAsync(clip.glb, "") : null;
    // A later wish may have overtaken this one.
    if (turn !== this.wears) return;
    this.undress();
    if (!loaded || !clip) return;
    const mixer = new AnimationMixer(loaded.scene);
    const animation = loaded.animations[0];
    if (animation) mixer.clipAction(animation).setLoop(LoopOnce, 1).play().clampWhenFinished = true;
    const keys = animation?.tracks.reduce<ArrayLike<number>>((most, { times }) => (times.length > most.length ? times : most), []) ?? [];
    let hips: Object3D = loaded.scene;
    loaded.scene.traverse((node) => {
      if (node instanceof Bone && !(hips instanceof Bone)) hips = node;
      // A skinned mesh's bounds are those of its rest pose, which is elsewhere.
      node.frustumCulled = false;
    });
    this.body = { root: loaded.scene, mixer, keys, startS: clip.startS, hips };
    this.scene.add(loaded.scene);
  }

  /** Show the body at `t` of the film; false where its clip says nothing about that moment. */
  showBody(t: number): boolean {
    if (!this.body) return false;
    const { root, mixer, keys, startS, hips } = this.body;
    const known = isKnownAt(keys, t - startS);
    root.visible = known;
    if (known) {
      mixer.setTime(Math.max(0, t - startS));
      root.updateMatrixWorld(true);
      this.follow(hips.getWorldPosition(new Vector3()));
    }
    this.draw();
    return known;
  }

  /** Show people's joints; the selected one is followed unless a body is. */
  showPeople(people: readonly Person[], { limbs }: SkeletonLayout, { follow }: { follow: boolean }): void {
    const place = new Instances(this.limbs, this.joints);
    for (const { joints, color, selected } of people) {
      place.color.set(color);
      for (const [a, b] of limbs) place.limb(joints, a, b, selected);
      for (let k = 0; 3 * k < joints.length; k++) place.joint(joints, k, selected);
    }
    place.done();
    const focus = follow && people.find(({ selected }) => selected);
    const middle = focus ? middleOf(focus.joints) : null;
    if (middle) this.follow(new Vector3(...middle));
    this.draw();
  }

  /** Turn, come nearer or go farther; what a pointer does, for keys and buttons. */
  look(turn: Turn): void {
    const { target } = this.controls;
    const view = this.camera.position.clone().sub(target);
    if (turn === "reset") view.copy(FIRST_VIEW);
    else if (turn === "in" || turn === "out") view.multiplyScalar(turn === "in" ? 1 / ZOOM_SHARE : ZOOM_SHARE).clampLength(NEAREST_M, FARTHEST_M);
    else if (turn === "left" || turn === "right") view.applyAxisAngle(UP, turn === "left" ? -TURN_RAD : TURN_RAD);
    else this.tilt(view, turn === "up" ? -TURN_RAD : TURN_RAD);
    this.camera.position.copy(target).add(view);
    this.controls.update();
    this.draw();
  }

  dispose(): void {
    cancelAnimationFrame(this.asked);
    this.wears++;
    this.undress();
    this.controls.dispose();
    this.floor.dispose();
    for (const mesh of [this.limbs, this.joints]) {
      mesh.geometry.dispose();
      (mesh.material as MeshStandardMaterial).dispose();
      mesh.dispose();
    }
    this.renderer.dispose();
  }

  private tilt(view: Vector3, angle: number): void {
    const polar = view.angleTo(UP);
    const limited = Math.min(Math.max(polar + angle, 0.05), this.controls.maxPolarAngle) - polar;
    view.applyAxisAngle(new Vector3().crossVectors(UP, view).normalize(), limited);
  }

  private follow(place: Vector3): void {
    const moved = place.sub(this.controls.target);
    this.controls.target.add(moved);
    this.camera.position.add(moved);
    this.floor.under(this.controls.target);
    this.controls.update();
  }

  private undress(): void {
    if (!this.body) return;
    this.scene.remove(this.body.root);
    this.body.mixer.stopAllAction();
    this.body.root.traverse((node) => {
      if (!(node instanceof Mesh)) return;
      node.geometry.dispose();
      (node.material as MeshStandardMaterial).dispose();
    });
    this.body = null;
  }

  /** Once per frame at most, however many things changed. */
  private draw(): void {
    cancelAnimationFrame(this.asked);
    this.asked = requestAnimationFrame(() => this.renderer.render(this.scene, this.camera));
  }
}

/** Fills the two instanced meshes joint by joint. */
class Instances {
  readonly color = new Color();
  private limbCount = 0;
  private jointCount = 0;
  private readonly matrix = new Matrix4();
  private readonly turn = new Quaternion();

  constructor(
    private readonly limbs: InstancedMesh,
    private readonly joints: InstancedMesh,
  ) {}

  limb(joints: Joints, a: number, b: number, selected: boolean): void {
    const [from, to] = [at(joints, a), at(joints, b)];
    if (!from || !to || this.limbCount >= MOST_INSTANCES) return;
    const along = to.clone().sub(from);
    const length = along.length();
    const width = selected ? SELECTED_SHARE : 1;
    this.turn.setFromUnitVectors(UP, along.normalize());
    this.matrix.compose(from.add(to).multiplyScalar(0.5), this.turn, new Vector3(width, length, width));
    this.limbs.setMatrixAt(this.limbCount, this.matrix);
    this.limbs.setColorAt(this.limbCount++, this.color);
  }

  joint(joints: Joints, k: number, selected: boolean): void {
    const place = at(joints, k);
    if (!place || this.jointCount >= MOST_INSTANCES) return;
    this.matrix.compose(place, this.turn.identity(), new Vector3().setScalar(selected ? SELECTED_SHARE : 1));
    this.joints.setMatrixAt(this.jointCount, this.matrix);
    this.joints.setColorAt(this.jointCount++, this.color);
  }

  done(): void {
    this.limbs.count = this.limbCount;
    this.joints.count = this.jointCount;
    for (const mesh of [this.limbs, this.joints]) {
      mesh.instanceMatrix.needsUpdate = true;
      if (mesh.instanceColor) mesh.instanceColor.needsUpdate = true;
    }
  }
}

function at(joints: Joints, k: number): Vector3 | null {
  const [x, y, z] = [joints[3 * k]!, joints[3 * k + 1]!, joints[3 * k + 2]!];
  return Number.isNaN(x + y + z) ? null : new Vector3(x, y, z);
}
