"""Makes the int8 networks of other engines from an ONNX graph and calibration pictures.

OpenVINO's by NNCF with its defaults, ONNX Runtime's by its static quantization: QDQ, a scale for each
channel of the weights, after the preparation that its documentation asks for.
"""

from pictures import prepared


def for_openvino(graph, pictures, stem):
    """The files of the quantized network."""
    import nncf
    import openvino

    data = nncf.Dataset([prepared(pixels) for pixels in pictures])
    network = nncf.quantize(openvino.Core().read_model(graph), data, subset_size=len(pictures))
    openvino.save_model(network, f"{stem}.xml", compress_to_fp16=False)
    return [f"{stem}.xml", f"{stem}.bin"]


def for_onnxruntime(graph, pictures, stem):
    from onnxruntime.quantization import CalibrationDataReader, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.feeds = ({"input": prepared(pixels)} for pixels in pictures)

        def get_next(self):
            return next(self.feeds, None)

    quant_pre_process(graph, f"{stem}-folded.onnx", skip_symbolic_shape=True)
    quantize_static(f"{stem}-folded.onnx", f"{stem}.onnx", Reader(), per_channel=True)
    return [f"{stem}.onnx"]


QUANTIZERS = {"OpenVINO int8": for_openvino, "ONNX Runtime int8": for_onnxruntime}
