import { parse, type Type } from 'protobufjs';

/**
 * The messages of onnx.proto (IR version 8) that a network of static shapes needs. Field numbers are the standard's.
 */
const SCHEMA = `
syntax = "proto2";
message Model {
	optional int64 irVersion = 1;
	repeated OperatorSet opsetImport = 8;
	optional string producerName = 2;
	optional string producerVersion = 3;
	optional string docString = 6;
	optional GraphMessage graph = 7;
	repeated Entry metadataProps = 14;
}
message OperatorSet { optional string domain = 1; optional int64 version = 2; }
message Entry { optional string key = 1; optional string value = 2; }
message GraphMessage {
	repeated NodeMessage node = 1;
	optional string name = 2;
	repeated TensorMessage initializer = 5;
	repeated ValueInfo input = 11;
	repeated ValueInfo output = 12;
}
message NodeMessage {
	repeated string input = 1;
	repeated string output = 2;
	optional string name = 3;
	optional string opType = 4;
	repeated Attribute attribute = 5;
}
message Attribute {
	optional string name = 1;
	optional float f = 2;
	optional int64 i = 3;
	optional bytes s = 4;
	repeated float floats = 7;
	repeated int64 ints = 8;
	optional int32 type = 20;
}
message TensorMessage {
	repeated int64 dims = 1;
	optional int32 dataType = 2;
	optional string name = 8;
	optional bytes rawData = 9;
}
message ValueInfo { optional string name = 1; optional TypeMessage type = 2; }
message TypeMessage { optional TensorType tensorType = 1; }
message TensorType { optional int32 elemType = 1; optional ShapeMessage shape = 2; }
message ShapeMessage { repeated Dimension dim = 1; }
message Dimension { optional int64 dimValue = 1; }
`;

export function modelMessage(): Type {
	return parse(SCHEMA, { keepCase: true }).root.lookupType('Model');
}

/** TensorProto.DataType */
export const ELEMENT_TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9 } as const;

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;
