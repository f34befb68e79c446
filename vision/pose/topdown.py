"""What pose models on boxes share: crops of many people and frames in one batch, batches overlapping."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vision.errors import ShapeError
from vision.pose.crops import CropShape, keypoints_in_image, usable
from vision.runtime import OnnxModel
from vision.skeletons import SKELETONS
from vision.types import Float32Array, Float64Array, ImageBGR, Keypoints, ModelInfo, check_image


class TopDownPose(ABC):
    """A pose model that looks at one person's crop at a time.

    Attributes:
        info: which model it is.
        skeleton: name of the skeleton its keypoints have.
    """

    info: ModelInfo
    skeleton: str
    _model: OnnxModel
    _shape: CropShape
    _half_pixel: bool

    def estimate(self, image_bgr: ImageBGR, xyxy: Float32Array) -> Keypoints:
        """Keypoints of the people in one image.

        Args:
            image_bgr: the frame.
            xyxy: `(M, 4)` boxes [px]; they may reach outside the image.

        Returns:
            `(M, K, 3)` x, y [px, image frame], score; NaN and 0 where not seen, so for a box that is not finite, has
            no size, or lies outside the image.

        Raises:
            ShapeError: the image is not `(H, W, 3)` uint8 or the boxes are not `(M, 4)`.
        """
        return self.estimate_many([image_bgr], [xyxy])[0]

    def estimate_many(self, images_bgr: Sequence[ImageBGR], xyxy: Sequence[Float32Array]) -> list[Keypoints]:
        """Keypoints of the people in several images, batched over all of them.

        Args:
            images_bgr: the frames.
            xyxy: `(M_i, 4)` boxes of each [px].

        Returns:
            `(M_i, K, 3)` of each, as `estimate`.

        Raises:
            ShapeError: as `estimate`, or not one set of boxes an image.
        """
        if len(images_bgr) != len(xyxy):
            raise ShapeError(f"xyxy: expected boxes for {len(images_bgr)} images, got {len(xyxy)}")
        results = [self._unseen(len(boxes)) for boxes in xyxy]
        jobs: list[tuple[ImageBGR, Float64Array]] = []
        places: list[tuple[int, int]] = []
        for frame, (image, boxes) in enumerate(zip(images_bgr, xyxy, strict=True)):
            people = np.flatnonzero(usable(boxes, check_image(image)))
            jobs += [(image, region) for region in self._shape.regions(boxes[people])]
            places += [(frame, int(person)) for person in people]
        found = self._model.map_batches(jobs, self._estimate_batch)
        for (frame, person), keypoints in zip(places, found, strict=True):
            results[frame][person] = keypoints
        return results

    def _unseen(self, people: int) -> Keypoints:
        keypoints = np.full((people, len(SKELETONS[self.skeleton]), 3), np.nan, np.float32)
        keypoints[..., 2] = 0
        return keypoints

    def _estimate_batch(self, jobs: Sequence[tuple[ImageBGR, Float64Array]]) -> list[Keypoints]:
        crops = np.stack([self._shape.cut(image, region, half_pixel=self._half_pixel) for image, region in jobs])
        position, score = self._decode(self._model.run(self._prepare(crops)))
        return [
            keypoints_in_image(each, sure, region)
            for each, sure, (_, region) in zip(position, score, jobs, strict=True)
        ]

    def _prepare(self, crops_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """What the session takes; the crops as they are unless a model wants something else."""
        return crops_bgr

    @abstractmethod
    def _decode(self, outputs: Sequence[Float32Array]) -> tuple[Float32Array, Float32Array]:
        """The session's outputs → `(N, K, 2)` x, y as shares of the crop's width and height, and `(N, K)` scores."""
