"""Frame metrics by scikit-learn, region and track detection by numpy and scipy: written from the definitions, sharing
nothing with src/evaluate. Reads one JSON object from standard input and writes one to standard output."""

import json
import sys

import numpy as np
from scipy import ndimage
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve


def equal_error_rate(labels, scores):
    fpr, tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    gap = (1 - tpr) - fpr
    at = int(np.argmax(gap <= 0))
    share = gap[at - 1] / (gap[at - 1] - gap[at])
    return fpr[at - 1] + share * (fpr[at] - fpr[at - 1])


def stretched(scores):
    scores = np.asarray(scores, dtype=float)
    span = scores.max() - scores.min()
    return (scores - scores.min()) / span if span > 0 else np.zeros_like(scores)


def frames(clips):
    labels = np.concatenate([clip["labels"] for clip in clips])
    scores = np.concatenate([clip["scores"] for clip in clips])
    per_video = np.concatenate([stretched(clip["scores"]) for clip in clips])
    mixed = [clip for clip in clips if 0 < sum(clip["labels"]) < len(clip["labels"])]
    return {
        "global": roc_auc_score(labels, scores),
        "perVideo": roc_auc_score(labels, per_video),
        "macro": float(np.mean([roc_auc_score(clip["labels"], clip["scores"]) for clip in mixed])),
        "ap": average_precision_score(labels, scores),
        "eer": equal_error_rate(labels, scores),
    }


def percentiles(values):
    return {"p50": float(np.percentile(values, 50)), "p95": float(np.percentile(values, 95))}


def boxes_of(mask):
    """Boxes (left, top, right, bottom) in shares of the picture, and the labelled picture."""
    marked, _ = ndimage.label(mask, structure=np.ones((3, 3)))
    height, width = mask.shape
    boxes = [
        (columns.start / width, rows.start / height, columns.stop / width, rows.stop / height)
        for rows, columns in ndimage.find_objects(marked)
    ]
    return boxes, marked


def parts_of(mask):
    """Pieces closer than 2 % of the picture's width are one part; the box is around its own pixels."""
    height, width = mask.shape
    reach = int(np.floor(0.01 * width + 0.5))
    wide = ndimage.binary_dilation(mask, np.ones((2 * reach + 1, 2 * reach + 1)))
    marked, count = ndimage.label(wide, structure=np.ones((3, 3)))
    boxes = []
    for part in range(1, count + 1):
        rows, columns = np.nonzero((marked == part) & (mask > 0))
        boxes.append((columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height))
    return boxes, marked


def linked(masks):
    """For each picture a list of (box, track)."""
    told, count, before, before_tracks = [], 0, None, []
    for mask in masks:
        boxes, marked = parts_of(mask)
        tracks = [None] * len(boxes)
        if before is not None:
            table = np.zeros((marked.max() + 1, before.max() + 1), dtype=int)
            np.add.at(table, (marked.ravel(), before.ravel()), 1)
            table[0, :] = 0
            table[:, 0] = 0
            while table.size and table.max() > 0:
                # Of equal overlaps the older track goes first, then the earlier part.
                part, old = min(np.argwhere(table == table.max()), key=lambda pair: (before_tracks[pair[1] - 1], pair[0]))
                tracks[part - 1] = before_tracks[old - 1]
                table[part, :] = 0
                table[:, old] = 0
        for part, track in enumerate(tracks):
            if track is None:
                tracks[part] = count
                count += 1
        told.append(list(zip(boxes, tracks)))
        before, before_tracks = marked, tracks
    return told


def iou(one, other):
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    return width * height / (area(one) + area(other) - width * height)


def point(truth, detected, alpha=0.1, beta=0.1):
    """`truth`: for each frame a list of (box, track); `detected`: a list of boxes."""
    found, false = {}, 0
    for wanted, boxes in zip(truth, detected):
        table = np.array([[iou(box, region) for region, _ in wanted] for box in boxes]).reshape(len(boxes), len(wanted))
        false += int((~(table >= beta).any(axis=1)).sum()) if len(boxes) else 0
        hit = (table >= beta).any(axis=0) if len(boxes) else np.zeros(len(wanted), dtype=bool)
        for (_, track), is_hit in zip(wanted, hit):
            found.setdefault(track, []).append(bool(is_hit))
    hits = [is_hit for track in found.values() for is_hit in track]
    return false / len(truth), float(np.mean(hits)), float(np.mean([np.mean(track) >= alpha for track in found.values()]))


def area_to_one(fpr, rate):
    order = np.lexsort((rate, fpr))
    x = np.concatenate([[0.0], np.asarray(fpr)[order]])
    y = np.maximum.accumulate(np.concatenate([[0.0], np.asarray(rate)[order]]))
    at_one = np.interp(1.0, x, y)
    inside = x < 1.0
    return float(np.trapz(np.concatenate([y[inside], [at_one]]), np.concatenate([x[inside], [1.0]])))


def curve(truth, thresholds, boxes_at):
    points = []
    for threshold in thresholds:
        points.append(point(truth, boxes_at(threshold)))
        if points[-1][0] > 1:
            break
    fpr, regions, tracks = (list(values) for values in zip(*points))
    return {"points": points, "rbdc": area_to_one(fpr, regions), "tbdc": area_to_one(fpr, tracks)}


def map_curve(clips, thresholds):
    maps = [np.array(shown, dtype=np.float32) for clip in clips for shown in clip["maps"]]
    truth = [
        [(box, (index, track)) for box, track in frame]
        for index, clip in enumerate(clips)
        for frame in linked([np.array(mask, dtype=int) for mask in clip["masks"]])
    ]
    if thresholds is None:
        thresholds = np.unique(np.concatenate([shown.ravel() for shown in maps]))[::-1]
    told = curve(truth, thresholds, lambda threshold: [boxes_of(shown >= threshold)[0] for shown in maps])
    told["regions"] = sum(len(frame) for frame in truth)
    told["tracks"] = len({track for frame in truth for _, track in frame})
    return told


def box_curve(frames, thresholds):
    """`frames`: each with `score`, `box` or null, and `truth` as [box, track]."""
    truth = [[(tuple(box), tuple(track)) for box, track in frame["truth"]] for frame in frames]
    return curve(
        truth,
        thresholds,
        lambda threshold: [
            [tuple(frame["box"])] if frame["box"] is not None and frame["score"] >= threshold else [] for frame in frames
        ],
    )


asked = json.load(sys.stdin)
answer = {}
if "frames" in asked:
    answer["frames"] = {name: frames(clips) for name, clips in asked["frames"].items()}
if "percentiles" in asked:
    answer["percentiles"] = [percentiles(values) for values in asked["percentiles"]]
if "maps" in asked:
    answer["maps"] = map_curve(asked["maps"]["clips"], asked["maps"]["thresholds"])
    answer["mapsExactly"] = map_curve(asked["maps"]["clips"], None) if asked["maps"]["exactly"] else None
if "boxes" in asked:
    answer["boxes"] = box_curve(asked["boxes"]["frames"], asked["boxes"]["thresholds"])
json.dump(answer, sys.stdout)
