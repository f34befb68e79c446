"""Make `import torchvision` work beside a PyTorch build it was not made for.

The package registry's torchvision is built for CUDA; beside a processor-only PyTorch its library does not load, and the
import ends with `operator torchvision::nms does not exist`. Declaring the operators first lets the import pass; `nms`
also gets a kernel, the only one that detection needs. A torchvision that works is left untouched.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio, bool aligned) -> Tensor",
    "_roi_align_backward(Tensor grad, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "SymInt batch_size, SymInt channels, SymInt height, SymInt width, int sampling_ratio, bool aligned) -> Tensor",
    "qroi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio, bool aligned) -> Tensor",
    "ps_roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio) -> (Tensor, Tensor)",
    "_ps_roi_align_backward(Tensor grad, Tensor rois, Tensor channel_mapping, float spatial_scale, "
    "SymInt pooled_height, SymInt pooled_width, int sampling_ratio, SymInt batch_size, SymInt channels, "
    "SymInt height, SymInt width) -> Tensor",
    "roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width) "
    "-> (Tensor, Tensor)",
    "_roi_pool_backward(Tensor grad, Tensor rois, Tensor argmax, float spatial_scale, SymInt pooled_height, "
    "SymInt pooled_width, SymInt batch_size, SymInt channels, SymInt height, SymInt width) -> Tensor",
    "ps_roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width) "
    "-> (Tensor, Tensor)",
    "_ps_roi_pool_backward(Tensor grad, Tensor rois, Tensor channel_mapping, float spatial_scale, "
    "SymInt pooled_height, SymInt pooled_width, SymInt batch_size, SymInt channels, SymInt height, SymInt width) "
    "-> Tensor",
    "deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, SymInt stride_h, "
    "SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, SymInt groups, "
    "SymInt offset_groups, bool use_mask) -> Tensor",
    "_deform_conv2d_backward(Tensor grad, Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, "
    "SymInt stride_h, SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, "
    "SymInt groups, SymInt offset_groups, bool use_mask) -> (Tensor, Tensor, Tensor, Tensor, Tensor)",
)


def ensure_torchvision_ops() -> bool:
    """Declare torchvision's operators where its own library cannot; safe to call again.

    Returns:
        Whether they are declared here instead of by torchvision's own library.
    """
    import torch

    if not hasattr(torch.ops.torchvision, "nms") and not _own_library_loads():
        for schema in _SCHEMAS:
            torch.library.define(f"torchvision::{schema.split('(', 1)[0]}", schema[schema.index("(") :])
        torch.library.impl("torchvision::nms", "cpu", _nms)
        # torchvision refuses its functions unless its library was loaded; nms is ours now, the rest has no kernel and
        # says so itself when called.
        importlib.import_module("torchvision.extension").__dict__["_has_ops"] = lambda: True
    return not hasattr(torch.ops.torchvision, "_cuda_version")


def _own_library_loads() -> bool:
    import torch

    spec = importlib.util.find_spec("torchvision")
    for folder in spec.submodule_search_locations or () if spec else ():
        for library in Path(folder).glob("_C*.so"):
            try:
                torch.ops.load_library(str(library))  # type: ignore[no-untyped-call]
            except OSError:
                return False
            return True
    return False


def _nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Non-maximum suppression as `torchvision.ops.nms` defines it: `(N, 4)`, `(N,)` → kept indices, best first."""
    import torch

    order = scores.argsort(descending=True, stable=True)
    sorted_boxes = boxes[order]
    sides = (sorted_boxes[:, 2:] - sorted_boxes[:, :2]).clamp(min=0)
    areas = sides[:, 0] * sides[:, 1]
    alive = torch.ones(len(order), dtype=torch.bool)
    kept = []
    for index in range(len(order)):
        if not alive[index]:
            continue
        kept.append(index)
        rest = sorted_boxes[index + 1 :]
        top_left = torch.maximum(sorted_boxes[index, :2], rest[:, :2])
        bottom_right = torch.minimum(sorted_boxes[index, 2:], rest[:, 2:])
        overlap = (bottom_right - top_left).clamp(min=0).prod(dim=1)
        union = areas[index] + areas[index + 1 :] - overlap
        alive[index + 1 :] &= ~(overlap / union > iou_threshold)
    return order[torch.tensor(kept, dtype=torch.long)]
