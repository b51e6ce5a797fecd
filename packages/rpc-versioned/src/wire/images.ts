import { resourceId } from './resource-id.js';
import { always, int, list, map, type Shape, struct, text, unlessEmpty } from './shape.js';
import { optionalTime } from './time.js';

/** What is known of one image. */
export interface ImageInfo {
  /** An image reference; `''` where none is known. */
  ID: string;
  Digest?: string;
  ImageID?: string;
  /** Labels of the image that hold times: `org.label-schema.build-date`, `org.opencontainers.image.created`. */
  Labels: Record<string, string>;
  /** RFC 3339, UTC, to the nanosecond. */
  CreatedAt?: string;
  /** RFC 3339, UTC, to the nanosecond. */
  LastFetched?: string;
}

const textMap = map(text);
const labels: Shape<Record<string, string>> = {
  goType: 'image.Labels',
  read: (value) => textMap.read(value) ?? {},
  isEmpty: () => false,
};

/** Go stops silently at an `ID` that is no reference, and loses what follows; here it is text like any other. */
export const imageInfo = struct<ImageInfo>('image.Info', {
  ID: always(text),
  Digest: unlessEmpty(text),
  ImageID: unlessEmpty(text),
  Labels: always(labels),
  CreatedAt: unlessEmpty(optionalTime),
  LastFetched: unlessEmpty(optionalTime),
});

/** A container of a workload, and the images that there are for it. */
export interface Container {
  Name?: string;
  /** What it runs. */
  Current: ImageInfo;
  /** The newest image that the tag policy lets through; its `ID` is `''` where there is none. */
  LatestFiltered: ImageInfo;
  /** All images, newest first. */
  Available?: ImageInfo[];
  /** Why there is no list of images. */
  AvailableError?: string;
  /** Counts are ≥ 0, and left out when 0. */
  AvailableImagesCount?: number;
  NewAvailableImagesCount?: number;
  FilteredImagesCount?: number;
  NewFilteredImagesCount?: number;
}

export const container = struct<Container>('v6.Container', {
  Name: unlessEmpty(text),
  Current: always(imageInfo),
  LatestFiltered: always(imageInfo),
  Available: unlessEmpty(list(imageInfo)),
  AvailableError: unlessEmpty(text),
  AvailableImagesCount: unlessEmpty(int),
  NewAvailableImagesCount: unlessEmpty(int),
  FilteredImagesCount: unlessEmpty(int),
  NewFilteredImagesCount: unlessEmpty(int),
});

/** The images of one workload's containers. */
export interface ImageStatus {
  /** A resource id. */
  ID: string;
  Containers: Container[] | null;
}

export const imageStatus = struct<ImageStatus>('v6.ImageStatus', {
  ID: always(resourceId),
  Containers: always(list(container)),
});

/** What `ListImagesWithOptions` asks for. */
export interface ListImagesOptions {
  /** A resource id or `<all>`. */
  Spec: string;
  /** Members of {@link Container} that are wanted; null or empty: all. */
  OverrideContainerFields: string[] | null;
  /** Together with `<all>` only. */
  Namespace: string;
}

export const listImagesOptions = struct<ListImagesOptions>('v10.ListImagesOptions', {
  Spec: always(text),
  OverrideContainerFields: always(list(text)),
  Namespace: always(text),
});
