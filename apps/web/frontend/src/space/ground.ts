/** The ground: a plane of squares of one metre that fades into the distance. */
import { CanvasTexture, CircleGeometry, Mesh, MeshBasicMaterial, RepeatWrapping, SRGBColorSpace, type Vector3 } from "three";

const RADIUS_M = 24;
const TILE_PX = 128;
const LINE_PX = 3;
const ANISOTROPY = 8;
/** Squares lose themselves in the far; the plane's edge is never seen. */
const FADE_FROM = 0.35;

/** One square's left and lower edge; repeated, they are all edges. */
function squares(color: string): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = TILE_PX;
  const ctx = canvas.getContext("2d")!;
  ctx.fillStyle = color;
  ctx.fillRect(0, 0, TILE_PX, LINE_PX);
  ctx.fillRect(0, 0, LINE_PX, TILE_PX);
  const texture = new CanvasTexture(canvas);
  texture.wrapS = texture.wrapT = RepeatWrapping;
  texture.repeat.setScalar(2 * RADIUS_M);
  texture.anisotropy = ANISOTROPY;
  texture.colorSpace = SRGBColorSpace;
  return texture;
}

function fade(): CanvasTexture {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 2 * TILE_PX;
  const ctx = canvas.getContext("2d")!;
  const light = ctx.createRadialGradient(TILE_PX, TILE_PX, FADE_FROM * TILE_PX, TILE_PX, TILE_PX, TILE_PX);
  light.addColorStop(0, "#fff");
  light.addColorStop(1, "#000");
  ctx.fillStyle = light;
  ctx.fillRect(0, 0, 2 * TILE_PX, 2 * TILE_PX);
  return new CanvasTexture(canvas);
}

export class Ground {
  readonly mesh: Mesh<CircleGeometry, MeshBasicMaterial>;

  constructor() {
    const material = new MeshBasicMaterial({ alphaMap: fade(), transparent: true, depthWrite: false });
    this.mesh = new Mesh(new CircleGeometry(RADIUS_M, 64), material);
    this.mesh.rotation.x = -Math.PI / 2;
    // Drawn first: bodies and joints lie over it.
    this.mesh.renderOrder = -1;
  }

  paint(color: string): void {
    this.mesh.material.map?.dispose();
    this.mesh.material.map = squares(color);
    this.mesh.material.needsUpdate = true;
  }

  /** Lie under a place, square on square: the lines seem to stand still. */
  under({ x, z }: Vector3): void {
    this.mesh.position.set(Math.round(x), 0, Math.round(z));
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.map?.dispose();
    this.mesh.material.alphaMap?.dispose();
    this.mesh.material.dispose();
  }
}
